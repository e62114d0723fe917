"""Kubernetes objects to domain values and back, one file for each kind.

The only place that knows the names of fields. The CustomResourceDefinitions are package data here,
and the schema for objects is read from them. May use the domain.
"""
