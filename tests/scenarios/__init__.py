"""Whole runs of the command under faults, on the sandbox and on a real control plane."""
