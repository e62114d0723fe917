"""Kubeconfigs: find and merge them, parse them, choose a cluster and a user."""
