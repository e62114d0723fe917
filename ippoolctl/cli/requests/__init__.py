"""What ``create`` and commands like it request: options to values, and the creation of one pool."""
