"""`venue session add | rotate | revoke | credentials`: what FIX sessions prove themselves with at the gate.

Kept in the data folder itself, so it needs no running venue; one that runs acts on it at once.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from venue.cli.counter import By, recorded
from venue.cli.options import Config, Data, configured
from venue.cli.tables import shown, table
from venue.config import VenueConfig
from venue.credentials import (
    Credential,
    CredentialStore,
    Kind,
    certificate_of,
    key_of,
    new_password,
)
from venue.credentials import add as add_credential
from venue.credentials import revoke as revoke_credential
from venue.credentials import rotate as rotate_credential
from venue.errors import OperatorError
from venue.journal.phrases import time_text
from venue.units import unknown

Session: TypeAlias = Annotated[str, typer.Argument(metavar="SESSION", help="SenderCompID(49) of the client.")]
PublicKey: TypeAlias = Annotated[
    Path | None, typer.Option(help="PEM of the client's Ed25519 public key, with which it signs its Logons.")
]
Certificate: TypeAlias = Annotated[Path | None, typer.Option(help="PEM of the certificate its TLS client must show.")]
Why: TypeAlias = Annotated[str, typer.Option(help="For the record: what led to this.")]
_WORDS: Final[dict[Kind, str]] = {"password": "password", "key": "public key", "certificate": "TLS certificate"}


def add(
    session: Session,
    public_key: PublicKey = None,
    certificate: Certificate = None,
    why: Why = "credentials were made",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Give a session a password, which is shown this once; or enter its public key, or its TLS certificate.

    A session with a certificate is let in with it only, and by it alone if it has neither password nor key.
    """
    _enter(add_credential, "has", session, public_key, certificate, (by, why), configured(config, data))


def rotate(
    session: Session,
    public_key: PublicKey = None,
    certificate: Certificate = None,
    why: Why = "credentials were rotated",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Replace a session's password; or its public keys by this one, or its TLS certificates.

    From the next Logon on the old ones are refused. Who is logged on stays so.
    """
    _enter(rotate_credential, "now has", session, public_key, certificate, (by, why), configured(config, data))


def revoke(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="As `credentials` lists it. Default: all it has.")] = "",
    why: Why = "credentials were revoked",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Revoke what a session logs on with. Who is logged on with it is cut off within two seconds; its orders stay,
    unless they are canceled when it disconnects."""
    folder = _configured_with(configured(config, data), session).data
    for credential in revoke_credential(folder, session, name, time.time_ns(), *recorded(by, why)):
        print(f"{session}: {_WORDS[credential.kind]} {credential.name} is revoked")


def list_credentials(config: Config = None, data: Data = None) -> None:
    """List the credentials of all sessions, revoked ones too; of passwords only that there are."""
    rows = table("session", "kind", "name", "made", "revoked")
    for known in CredentialStore(configured(config, data).data).listed():
        revoked = time_text(known.revoked_ns)[:19] if known.revoked_ns else ""
        rows.add_row(known.session, _WORDS[known.kind], known.name, time_text(known.created_ns)[:19], revoked)
    shown(rows, "there are no credentials: `venue session add` makes them")


def _enter(
    enter: Callable[[Path, Credential], None],
    verb: str,
    session: str,
    public_key: Path | None,
    certificate: Path | None,
    record: tuple[str, str],
    config: VenueConfig,
) -> None:
    if public_key and certificate:
        raise OperatorError("--public-key and --certificate were both given: enter one after the other")
    folder, password = _configured_with(config, session).data, ""
    made = (time.time_ns(), *recorded(*record))
    if public_key:
        credential = key_of(session, _contents("--public-key", public_key), *made)
    elif certificate:
        credential = certificate_of(session, _contents("--certificate", certificate), *made)
    else:
        credential, password = new_password(session, *made)
    folder.mkdir(parents=True, exist_ok=True)
    enter(folder, credential)
    _tell(verb, credential, password)


def _tell(verb: str, credential: Credential, password: str) -> None:
    session, name = credential.session, credential.name
    if credential.kind == "password":
        print(f"{session} {verb} a password, kept nowhere else: Username(553)={name}, Password(554) is")
        print(password)
    elif credential.kind == "key":
        print(f"{session} {verb} a public key: its Logons are signed in RawData(96), with Username(553)={name}")
    else:
        print(f"{session} {verb} a TLS certificate, SHA-256 {name}")


def _configured_with(config: VenueConfig, session: str) -> VenueConfig:
    if session not in config.sessions:
        raise unknown("session", session, config.sessions, "venue session list")
    return config


def _contents(option: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{option} was {path}, which cannot be read: {error.strerror}") from error
