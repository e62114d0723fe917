"""Talking to Kubernetes: the only package that does, and the only one that knows HTTP.

Whatever goes wrong leaves it as one of :mod:`ippoolctl.ports.faults`.
"""
