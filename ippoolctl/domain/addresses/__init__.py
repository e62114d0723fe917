"""Addresses as numbers and as text: Go's four parsers, ranges, overlaps. Uses no other room."""
