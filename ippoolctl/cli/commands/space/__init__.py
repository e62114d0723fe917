"""Commands about the address space: what is free, and which range to take."""
