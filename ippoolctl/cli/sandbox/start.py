"""Starting a sandbox with its files, and removing both."""

import base64
import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.sandbox.initial_objects import objects_to_load
from ippoolctl.cli.sandbox.options import SandboxOptions
from ippoolctl.cli.sandbox.run_directory import RunDirectory
from ippoolctl.cli.sandbox.settings import ADMIN, read_source, sandbox_settings
from ippoolctl.errors import UnavailableError, UsageError, reason_of
from ippoolctl.render.notes import info
from ippoolctl.render.structured import as_yaml
from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from ippoolctl.sandbox.sandbox import Sandbox, Settings

_NAME = "ippoolctl-sandbox"


@contextmanager
def started(app: AppContext, options: SandboxOptions) -> Iterator[dict[str, str]]:
    """A sandbox for the duration of the context; the content of its control file.

    Raises :class:`UsageError`, :class:`InputError` and :class:`UnavailableError`.
    """
    gc.enable()  # off for short runs
    settings = sandbox_settings(app, options)
    authority = ""
    if options.tls_cert is not None:
        authority = read_source(app.options.certificate_authority or options.tls_cert).text
    with ExitStack() as stack:
        sandbox = _made(settings, objects_to_load(app, options.load or []))
        stack.callback(sandbox.stop)
        if options.fault != "none":
            sandbox.webhook.failure = InjectedFailure(options.fault)
        directory = _directory()
        stack.callback(directory.remove)
        control = _written(app, directory, sandbox, settings, authority)
        app.presenter.note(info(f"this is a simulation of Antrea {app.release}, not Antrea"))
        yield control


def _made(settings: Settings, objects: list[dict[str, Any]]) -> Sandbox:
    try:
        return Sandbox(settings, objects)
    except OSError as error:
        reason = reason_of(error)
        message = f"cannot listen on 127.0.0.1 port {settings.port}: {reason}"
        raise UnavailableError(message, "remove --port, or use another one") from None


def _directory() -> RunDirectory:
    try:
        return RunDirectory()
    except OSError as error:
        message = f"cannot create the sandbox directory {error.filename}: {error.strerror}"
        raise UnavailableError(message, "set TMPDIR to a directory of your own") from None


def _written(
    app: AppContext,
    directory: RunDirectory,
    sandbox: Sandbox,
    settings: Settings,
    authority: str,
) -> dict[str, str]:
    named = app.options.kubeconfig
    path = Path(named).absolute() if named else directory.path / "kubeconfig"
    control = {
        "url": sandbox.url,
        "kubeconfig": str(path),
        "release": str(app.release),
        "authority": authority,
        "token": sandbox.control.token,
        "pid": str(os.getpid()),
    }
    token = next((each for each, user in settings.tokens.items() if user == ADMIN), "")
    try:
        directory.write(path, as_yaml(_kubeconfig(sandbox.url, authority, token)))
        directory.write(directory.path / "control", orjson.dumps(control).decode())
    except FileExistsError:
        hint = "use another --kubeconfig, or remove the option"
        raise UsageError(f"{path} exists and was not written by a sandbox", hint) from None
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(f"cannot write {path}: {reason}", "use another --kubeconfig") from None
    return control


def _kubeconfig(url: str, authority: str, token: str) -> dict[str, Any]:
    cluster = {"server": url}
    if authority:
        cluster["certificate-authority-data"] = base64.b64encode(authority.encode()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": cluster}],
        "users": [{"name": ADMIN, "user": {"token": token} if token else {}}],
        "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": ADMIN}}],
        "current-context": _NAME,
    }
