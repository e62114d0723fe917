"""Every sentence about an outcome and its causes; no other package composes one for people."""
