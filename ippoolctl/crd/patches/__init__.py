"""Patches of pools and of their consumers, as values: each tests what it relies on."""
