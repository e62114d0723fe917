"""What differs between two sets of pools. Uses annotations and below."""
