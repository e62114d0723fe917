"""TLS as in kubectl: trusted authorities and the client certificate; no file is left behind."""

import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ippoolctl.cluster.connection import ClientCertificate, Connection
from ippoolctl.ports.faults import ConfigurationFault, CredentialFault

_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL
)


def client_context(connection: Connection, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """The TLS context for the server.

    Raises :class:`~ippoolctl.ports.faults.ConfigurationFault` if the certificate authority cannot
    be used, :class:`~ippoolctl.ports.faults.CredentialFault` if the client certificate cannot.
    """
    context = _context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Go trusts every certificate in the file, root or not.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if connection.insecure_skip_tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif connection.certificate_authority is None:
        context.load_default_certs()
    else:
        _trust(context, connection.certificate_authority)
    if certificate is not None:
        _present(context, certificate)
    return context


def system_context() -> ssl.SSLContext:
    """The TLS context for a proxy: what the system trusts."""
    context = _context()
    context.load_default_certs()
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _trust(context: ssl.SSLContext, authority: bytes) -> None:
    usable = [_load(context, block) for block in _CERTIFICATE.findall(authority)]
    if not any(usable):
        hint = "use a PEM file, starting with -----BEGIN CERTIFICATE-----"
        raise ConfigurationFault("the certificate authority contains no certificate", hint)


def _load(context: ssl.SSLContext, block: bytes) -> bool:
    # ``AppendCertsFromPEM`` of Go skips a block that is not a certificate.
    try:
        context.load_verify_locations(cadata=block.decode("ascii"))
    except (ssl.SSLError, ValueError):
        return False
    return True


def _present(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    try:
        with _file(certificate.certificate.rstrip() + b"\n" + certificate.key) as path:
            # Without a password, OpenSSL would ask at the terminal for that of an encrypted key.
            context.load_cert_chain(path, password="")
    except (OSError, ValueError):
        raise CredentialFault(
            "the client certificate and its key cannot be used",
            "use PEM files that belong together, and a key that is not encrypted",
        ) from None


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """A path to the content while OpenSSL needs one."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate")
        path = f"/proc/self/fd/{descriptor}"
    else:
        import tempfile

        descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            yield path
    finally:
        if not path.startswith("/proc/"):
            os.unlink(path)  # noqa: PTH108  # the counterpart of mkstemp
