"""Two pools that exist overlap: neither can be changed any more.

Every update of a pool is judged like a new pool, ranges and all. So a change of labels, of the
nodeSelector, even the removal of a finalizer is refused for both, until one of the two is deleted.
A consequence of EIP209, and named there.

Source: Antrea v2.7.0 `validate.go`: UPDATE validates all ranges against all other pools.
"""

from ippoolctl.domain.lint.consequences import following

RULE = following(
    "EIP212",
    "overlapping pools are frozen",
    "cannot be changed any more if both get in",
    __doc__,
    ("EIP209",),
)
