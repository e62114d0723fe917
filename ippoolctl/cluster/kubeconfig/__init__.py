"""Kubeconfigs: find and merge the files, parse them, choose a cluster and a user.

:func:`.choose.connect` is the entry: from options, kubeconfig and pod to a connection. May use the
values of :mod:`ippoolctl.cluster.connection`, bounded reading, and the choice of a proxy in
:mod:`ippoolctl.cluster.http`.
"""
