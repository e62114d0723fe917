"""``-o openmetrics``: gauges for Prometheus, in the text format of OpenMetrics 1.0.

It is valid in the older text format of Prometheus as well, which the textfile collector of the node
exporter reads.

Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.render.formats.content import Content
from ippoolctl.render.styles import escape

_Sample = tuple[dict[str, str], int]
"""Labels beside that of the pool, and the value."""


class _Metric(NamedTuple):
    name: str
    text: str
    samples: Callable[[PoolRow], Iterable[_Sample]]


def render(content: Content) -> str:
    """Each metric with its pools; unknown values are left out."""
    return "".join(_lines([*content.rows()])) if content.rows else ""


def _lines(rows: Sequence[PoolRow]) -> Iterator[str]:
    for name, text, samples in _METRICS:
        yield f"# HELP {name} {text}\n# TYPE {name} gauge\n"
        for row in rows:
            for labels, value in samples(row):
                cluster = {"cluster": row.cluster} if row.cluster else {}
                pairs = {**cluster, "pool": row.pool.name, **labels}.items()
                listed = ",".join(f'{key}="{_escaped(value)}"' for key, value in pairs)
                yield f"{name}{{{listed}}} {value}\n"
    yield "# EOF\n"


def _known(value: int | None) -> Iterator[_Sample]:
    if value is not None:
        yield {}, value


def _waiting(row: PoolRow) -> Iterator[_Sample]:
    for kind, number in row.waiting.items():
        yield {"kind": kind}, number


def _states(row: PoolRow) -> Iterator[_Sample]:
    for state in row.states:
        yield {"state": state.value}, 1


def _escaped(text: str) -> str:
    return escape(text).replace("\\", "\\\\").replace('"', '\\"')


_METRICS: Final = (
    _Metric(
        "ippoolctl_pool_usable_addresses",
        "Addresses of the pool that Antrea can assign.",
        lambda row: _known(row.usable),
    ),
    _Metric(
        "ippoolctl_pool_used_addresses",
        "Addresses of the pool that are in use.",
        lambda row: _known(row.used),
    ),
    _Metric(
        "ippoolctl_pool_free_addresses",
        "Addresses of the pool that Antrea can still assign.",
        lambda row: _known(row.free),
    ),
    _Metric(
        "ippoolctl_pool_waiting_consumers",
        "Egresses or Services that wait for an address of the pool.",
        _waiting,
    ),
    _Metric(
        "ippoolctl_pool_full_on_purpose",
        "Whether the pool is expected to be full.",
        lambda row: _known(int(row.full_on_purpose)),
    ),
    _Metric(
        "ippoolctl_pool_state",
        "States of the pool as in ippoolctl list, each with the value 1.",
        _states,
    ),
)
