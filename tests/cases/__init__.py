"""Manifests from the field, and the expected reports about them."""
