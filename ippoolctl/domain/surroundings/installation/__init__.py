"""Antrea itself as installed in a cluster: its components, release, feature gates and webhooks."""
