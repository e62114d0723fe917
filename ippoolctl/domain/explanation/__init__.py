"""What a message of Antrea or of the API server means: recognized in any text, compared with the
live pools.

It stands above the protocol, whose conflicts it uses.
"""
