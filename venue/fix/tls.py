"""TLS at the gate: version 1.3 or 1.2, and of clients' certificates those that the venue was given.

A client's certificate is its own anchor: nobody has to sign it, and one that the venue was not given ends the
handshake. Which session it belongs to is for admission. No session is resumed, so that each connection shows its own.
"""

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from venue.errors import OperatorError

CIPHERS_OF_TLS_1_2: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def server_context(certificate: Path, key: Path, pinned: Sequence[str] = ()) -> ssl.SSLContext:
    """`pinned` are clients' certificates in PEM; none: clients are not asked for one. Raises OperatorError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS_OF_TLS_1_2)
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.num_tickets = 0
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
        if pinned:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
            context.load_verify_locations(cadata="\n".join(pinned))
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        why = getattr(error, "strerror", None) or str(error)
        raise OperatorError(
            f"gate.certificate {certificate} and gate.certificate_key {key} cannot be used: {why}: they must be the "
            "files in PEM of a certificate and of its private key, which has no password"
        ) from error
    return context


def _no_password() -> str:
    raise ValueError("the private key has a password")
