"""Ranges that overlap hand out the same addresses twice.

Each range and each pool has an allocator of its own, and nobody compares them. So two Egresses or
Services get the same address, and traffic goes astray. A consequence of EIP208 and EIP209, and
named there.

Source: Antrea v2.7.0 `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issue 2946.
"""

from ippoolctl.domain.lint.consequences import following

RULE = following(
    "EIP306",
    "the same address is handed out twice",
    "hand out the same addresses twice if both get in",
    __doc__,
    ("EIP208", "EIP209"),
)
