"""What commands read of clusters and files together. Uses the context of a command."""
