"""What the engine needs of the outside world, as Protocols: a gateway, a clock, observers.

The results are typed, and so is every way in which a request can fail. May use ``crd`` and the
domain.
"""
