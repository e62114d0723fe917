"""HTTP requests to one API server: connections, TLS, proxies, time limits, faults.

:mod:`.transport` sends a request and returns any response, whatever its status. May use the values
of :mod:`ippoolctl.cluster.connection` and the faults of the ports; credentials come in as values.
"""
