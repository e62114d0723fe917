"""All probes, and those that the sandbox answers otherwise."""

from importlib import import_module

from tests.parity.registry import PROBES

SUBJECTS = (
    "create",
    "decoding",
    "updates",
    "patches",
    "statuses",
    "delete",
    "lists",
    "watches",
    "tables",
    "paths",
    "access",
    "admission",
    "discovery",
    "stores",
    "built_in",
    "kubectl",
    "python_client",
)
for each in SUBJECTS:
    # A module of probes registers them when it is imported.
    import_module(f"tests.parity.probes.{each}")

EXEMPT = {
    "kubectl_applies_on_the_server_side": "the sandbox keeps no managed fields: it answers 415",
    "a_server_side_apply_creates_a_pool": "the sandbox keeps no managed fields: it answers 415",
}
"""Names of probes, and the reason for another answer than the real one."""

__all__ = ["EXEMPT", "PROBES", "SUBJECTS"]
