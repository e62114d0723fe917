"""What the engine needs of the outside world, as Protocols: a gateway, a clock, a listener.

The answers are typed, and so is every way in which an answer can fail to come.
"""
