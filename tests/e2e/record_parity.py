"""Record what the real control plane answers to the probes.

python -m tests.e2e.record_parity [SUBJECT | PROBE]...    all of them, or some
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.build import binary
from tests.e2e.cluster import Cluster
from tests.e2e.control_plane import ControlPlane
from tests.e2e.parity_backend import RealBackend
from tests.e2e.pool_controller import PoolController
from tests.e2e.webhook import Webhook
from tests.parity.conformance import PROBES
from tests.parity.registry import Probe
from tests.parity.runner import Entries, known, run, write


@contextmanager
def real_backend() -> Iterator[RealBackend]:
    """A control plane of one's own."""
    with ControlPlane(binary()) as plane, tempfile.TemporaryDirectory() as directory:
        cluster = Cluster(plane, Webhook(plane.api), PoolController(plane.api))
        cluster.start()
        backend = RealBackend(cluster, Path(directory))
        try:
            yield backend
        finally:
            backend.close()
            cluster.stop()


def record(wanted: set[str]) -> int:
    """Write the answers to probes of these names or subjects; the number of those that broke."""
    broken = 0
    chosen = [each for each in PROBES if not wanted or wanted & {each.name, each.subject}]
    found: dict[str, dict[str, Entries]] = {}
    with real_backend() as backend:
        for probe in chosen:
            try:
                began = time.monotonic()
                found.setdefault(probe.subject, {})[probe.name] = run(probe, backend)
                if time.monotonic() - began > 2 and "slow" not in probe.needs:
                    print(f"{probe} is slow", file=sys.stderr)
            except Exception as error:
                broken += 1
                print(f"{probe}: {error!r}", file=sys.stderr)
    for subject, answers in found.items():
        write(subject, _in_order(subject, known(subject) | answers))
    return broken


def _in_order(subject: str, answers: dict[str, Entries]) -> dict[str, Entries]:
    probes: list[Probe] = [each for each in PROBES if each.subject == subject]
    return {each.name: answers[each.name] for each in probes if each.name in answers}


if __name__ == "__main__":
    raise SystemExit(1 if record(set(sys.argv[1:])) else 0)
