"""Refusing pools that Antrea admits and cannot handle."""

from collections.abc import Sequence

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.rules import BLOCKING, RULES
from ippoolctl.domain.lint.simulation import creation_hazards
from ippoolctl.errors import RefusedError
from ippoolctl.render.notes import warning


def refuse_hazards(app: AppContext, pools: Sequence[Pool], allow: list[str] | None) -> None:
    """Raise :class:`RefusedError` for a blocking hazard, unless ``--allow`` names its rule.

    Other hazards are warnings.
    """
    allowed = [each.upper() for each in split_values(allow)]
    for each in allowed:
        require_one_of(each, BLOCKING, f"--allow {each}")
    for finding in creation_hazards(pools, app.release, RULES):
        if finding.rule in BLOCKING and finding.rule not in allowed:
            raise RefusedError(
                f"{finding.message} ({finding.rule})",
                f"{finding.hint}, or create it anyway with --allow {finding.rule}",
            )
        app.presenter.note(warning(f"{finding.message} ({finding.rule}); {finding.hint}"))
