"""Talking to Kubernetes: the only package that does, and the only one that knows HTTP.

:mod:`.gateway` is the port's :class:`~ippoolctl.ports.gateway.Gateway`, with :mod:`.paging` for
lists and :mod:`.statuses` for what a response means. Below it stand :mod:`.kubeconfig` (which
cluster, which user), :mod:`.credentials`, :mod:`.http` (requests, whatever their status), and
:mod:`.connection`, the values that they share. May use the ports, ``crd``, ``reading`` and the
domain. Every failure leaves it as one of :mod:`ippoolctl.ports.faults`.
"""
