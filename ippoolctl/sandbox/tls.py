"""TLS with certificates from files; none are made here."""

import ssl


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    """The context of a server with this certificate and key. Raises :class:`OSError`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Without a password here, OpenSSL would ask for one at the terminal.
    context.load_cert_chain(certificate, key, password="")
    return context


def client_context(authority: str) -> ssl.SSLContext:
    """The context of a client that trusts these certificates: authorities or the server's own."""
    context = ssl.create_default_context(cadata=authority)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
