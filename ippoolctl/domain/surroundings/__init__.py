"""What surrounds the pools in a cluster: Nodes, Egresses, Services, other pools and Antrea itself.

One kind of object a file, as small values: only what rules and suggestions look at. Uses ``antrea``
and below.
"""
