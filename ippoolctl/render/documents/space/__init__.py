"""Documents about the address space: pools, addresses, consumers and free ranges."""
