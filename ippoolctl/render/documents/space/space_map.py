"""The document of ``map``."""

from collections.abc import Sequence

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.charts import Chart, SpaceMap
from ippoolctl.domain.space.occupancy import AddressSpace, Occupation
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document
from ippoolctl.render.documents.shape import problem_documents, span_document


def map_document(shown: SpaceMap, problems: Sequence[Problem]) -> Document:
    """The rows of a map with exact numbers."""
    return document(
        "SpaceMap",
        items=[_chart(each, shown.space) for each in shown.charts],
        problems=problem_documents(problems),
    )


def _chart(chart: Chart, space: AddressSpace) -> Document:
    if chart.block is None:
        return _area("pool", chart.label, chart.area, space)
    return {
        **_area("block", chart.label, chart.area, space),
        "pools": [_area("pool", row.pool.label, row.spans, space) for row in chart.pools],
    }


def _area(key: str, label: str, spans: Sequence[Span], space: AddressSpace) -> Document:
    numbers = space.occupancy(spans)
    return {
        key: label,
        "spans": [span_document(each) for each in spans],
        **{kind.value: str(numbers.number(kind)) for kind in Occupation},
    }
