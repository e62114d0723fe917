"""Kubernetes objects on one side, domain values on the other; one file a kind.

The only place that knows how fields are spelled. The CustomResourceDefinitions lie here as package
data, and the schema that objects are judged by is read from them.
"""
