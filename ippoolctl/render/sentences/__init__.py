"""Every message about an outcome and its causes; no other package composes such messages."""
