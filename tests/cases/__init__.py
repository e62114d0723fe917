"""Manifests that people wrote in the field, and what must be said about them."""
