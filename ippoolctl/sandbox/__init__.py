"""A simulated cluster with Antrea in this process: server, store, control endpoint.

``apiserver`` and ``antrea`` hold what Kubernetes and Antrea answer. Uses ``crd``, ``domain`` and
the standard library; nothing of the engine or the gateway.
"""
