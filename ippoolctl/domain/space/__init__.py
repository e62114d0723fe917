"""The address space: what pools take, and which ranges are free. Uses annotations and below."""
