"""What Antrea is and answers: pools, releases, admission, capacity, allocation. Uses addresses."""
