"""The node selector of a pool, for people."""

from ippoolctl.domain.antrea.pool import Pool


def selector_text(pool: Pool) -> str:
    """The node selector in the syntax of kubectl's ``-l``, as far as possible."""
    labels = pool.node_selector.get("matchLabels") or {}
    expressions = pool.node_selector.get("matchExpressions") or []
    if not (isinstance(labels, dict) and isinstance(expressions, list)):
        return "<invalid>"
    parts = [f"{key}={value}" for key, value in labels.items()]
    parts += [_expression(each) for each in expressions if isinstance(each, dict)]
    return ",".join(parts) or "<all>"


def _expression(each: dict[str, object]) -> str:
    values = each.get("values")
    listed = ",".join(map(str, values)) if isinstance(values, list) else ""
    key, operator = each.get("key"), str(each.get("operator", "")).lower()
    if operator == "exists":
        return str(key)
    if operator == "doesnotexist":
        return f"!{key}"
    return f"{key} {operator} ({listed})"
