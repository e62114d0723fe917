"""The address space as vector graphics, for pictures and pages."""
