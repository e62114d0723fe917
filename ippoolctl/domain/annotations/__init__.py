"""What ippoolctl writes on a pool: the pending mark, the request ID, claims, the TTL; and on a
consumer: that it is detached from its pool.

Uses antrea and addresses.
"""
