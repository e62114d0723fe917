"""Formats that are looked at in a browser."""
