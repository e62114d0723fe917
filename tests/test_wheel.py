"""The wheel, installed with runtime dependencies only, is a working program."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.builders import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {
        "ippoolctl/py.typed",
        "ippoolctl/crd/definitions/egresses-2.0.yaml",
        "ippoolctl/crd/definitions/externalippools-1.15.yaml",
        "ippoolctl/crd/definitions/externalippools-2.0.yaml",
        "ippoolctl/render/drawing/map.css",
        "ippoolctl/render/drawing/page.css",
        "ippoolctl/render/drawing/page.js",
        "ippoolctl/render/schema.json",
    } <= names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"ippoolctl"}


def test_the_wheel_works_with_its_runtime_dependencies_only(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [environment / "bin" / command[0], *command[1:]],
            check=False, capture_output=True, text=True, env=clean, cwd=tmp_path,
        )  # fmt: skip

    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    # Compiling all modules of the Kubernetes client takes longer than everything else.
    subprocess.run([*pip, "install", "--quiet", "--no-compile", str(wheel)], check=True)
    listed = subprocess.run(
        [*pip, "list", "--format=freeze"], check=True, capture_output=True, text=True
    ).stdout.lower()
    assert not any(name in listed for name in ("pytest", "click==", "hypothesis", "mypy"))
    assert run("ippoolctl", "version").stdout.startswith("ippoolctl ")
    checked = run("ippoolctl", "check", str(ROOT / "examples" / "bad"))
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "EIP209" in checked.stdout
    odd = run("ippoolctl", "create", "X", "--range", "10.0.0.0/28", "--dry-run", "client")
    assert "EIP111" in odd.stdout
    assert run("ippoolctl", "create", "x", "--range", "a/9", "--dry-run", "client").returncode == 2
    cidrs = ("--ips", "5", "--within", "10.0.0.0/24", "-o", "cidrs")
    assert run("ippoolctl", "suggest", *cidrs, str(ROOT / "examples" / "good")).returncode == 0
