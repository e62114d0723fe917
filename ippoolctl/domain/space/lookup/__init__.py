"""What a pool or an address looks like with everything that is known about it."""
