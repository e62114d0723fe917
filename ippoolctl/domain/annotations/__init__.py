"""What ippoolctl writes on a pool: the pending mark, the request ID, claims, the TTL.

Uses antrea and addresses.
"""
