"""The environment variables that tell a command its pools."""

from collections.abc import Sequence

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.antrea.pool import Pool


def lease_variables(pools: Sequence[Pool], *, numbered: bool) -> dict[str, str]:
    """The variables of the first pool and, if they are ``numbered``, of each pool with its number.

    Lists are comma-separated. The first and the last address are those that Antrea can assign.
    """
    variables = _of_pool(pools[0])
    variables["IPPOOL_NAMES"] = ",".join(each.name for each in pools)
    if numbered:
        for number, pool in enumerate(pools, start=1):
            variables |= {f"{key}_{number}": value for key, value in _of_pool(pool).items()}
    return variables


def _of_pool(pool: Pool) -> dict[str, str]:
    spans = [span for each in pool.ranges if (span := allocatable(each)) is not None]
    return {
        "IPPOOL_NAME": pool.name,
        "IPPOOL_RANGES": ",".join(pool.texts),
        "IPPOOL_FIRST": address_text(spans[0].first) if spans else "",
        "IPPOOL_LAST": address_text(spans[-1].last) if spans else "",
    }
