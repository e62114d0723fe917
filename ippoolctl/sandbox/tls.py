"""Certificates that somebody else has made: none are made here."""

import ssl


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    """What a server with these files shows its clients. Raises :class:`OSError`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A password would be asked for at the terminal; an empty one is simply wrong.
    context.load_cert_chain(certificate, key, password="")
    return context


def client_context(authority: str) -> ssl.SSLContext:
    """What a client trusts: these certificates, be they authorities or the server's own."""
    context = ssl.create_default_context(cadata=authority)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
