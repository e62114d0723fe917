"""The engine's interfaces to the outside world, as Protocols: gateway, clock, observers.

Results and failures are typed. May use ``crd`` and the domain.
"""
