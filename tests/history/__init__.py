"""What happened in a run, and whether it was allowed to happen."""
