"""Credentials of a request: static, from a plugin, from a provider package."""
