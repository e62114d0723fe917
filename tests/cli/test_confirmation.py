"""Questions at a terminal: every answer ends the line of the question."""

import io
import signal
import sys

import pytest

from ippoolctl.cli.confirmation import is_confirmed, require_terminal
from ippoolctl.cli.presenter import Presenter
from ippoolctl.errors import StoppedError, UsageError
from ippoolctl.render.formats.registry import FORMATS


class Keys:
    """A terminal whose user presses Ctrl-C, or whose run gets a signal."""

    def __init__(self, stop: BaseException) -> None:
        self._stop = stop

    def readline(self) -> str:
        raise self._stop


@pytest.mark.parametrize(
    "stop", [KeyboardInterrupt(), StoppedError(signal.SIGINT)], ids=["key", "signal"]
)
def test_ctrl_c_at_a_question_stops_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stop: BaseException
) -> None:
    monkeypatch.setattr(sys, "stdin", Keys(stop))

    with pytest.raises(StoppedError) as caught:
        is_confirmed(Presenter(FORMATS[0]), [], "Continue?")

    assert caught.value.exit_code == 130
    assert capsys.readouterr().err == "Continue? [y/N] \n"


@pytest.mark.parametrize(
    ("answer", "yes", "end"), [("y\n", True, ""), ("n\n", False, ""), ("", False, "\n")]
)
def test_only_yes_confirms(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    yes: bool,
    end: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))

    assert is_confirmed(Presenter(FORMATS[0]), [], "Continue?") is yes
    assert capsys.readouterr().err == f"Continue? [y/N] {end}"


def test_without_a_terminal_the_hint_names_the_dry_run() -> None:
    with pytest.raises(UsageError, match="not a terminal; use --yes") as caught:
        require_terminal("--dry-run client")

    assert caught.value.hint == "use --dry-run client to preview the changes"
