"""`venue session add | rotate | revoke | credentials`: what they print and refuse."""

import re
import subprocess
from pathlib import Path

from tests.cli.shell import Shell
from venue.credentials import HASHER, CredentialStore

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def test_a_password_is_shown_once(shell: Shell) -> None:
    """The last line is the password, for scripts; the list does not have it; a rotation prints another."""
    made = shell.run_here("session", "add", "DEMO3")
    assert made.lines[0] == "DEMO3 has a password, kept nowhere else: Username(553)=DEMO3, Password(554) is"
    [known] = CredentialStore(shell.venue.data).in_force()["DEMO3"]
    assert HASHER.verify(known.verifier, made.last)
    listed = shell.run_here("session", "credentials").lines
    assert any(re.fullmatch(rf"DEMO3 +password +DEMO3 +{TIME}", line.rstrip()) for line in listed)
    assert not any(made.last in line or known.verifier in line for line in listed)
    again = shell.run_here("session", "rotate", "DEMO3", "--why", "every quarter")
    assert again.lines[0].startswith("DEMO3 now has a password")
    assert again.last != made.last
    assert shell.run_here("session", "revoke", "DEMO3").lines == ["DEMO3: password DEMO3 is revoked"]
    listed = shell.run_here("session", "credentials").lines
    assert sum(bool(re.fullmatch(rf"DEMO3 +password +DEMO3 +{TIME} +{TIME}", line.rstrip())) for line in listed) == 2


def test_a_key_and_a_certificate_that_openssl_made(shell: Shell, tmp_path: Path) -> None:
    """The commands of the README; the certificate's name is the fingerprint that openssl tells."""
    private, public = str(tmp_path / "private.pem"), str(tmp_path / "public.pem")
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    made = shell.run_here("session", "add", "DEMO4", "--public-key", public)
    assert re.fullmatch(r"DEMO4 has a public key: its Logons are signed in RawData\(96\), .*\(553\)=\w{16}", made.last)
    certificate = str(tmp_path / "desk.crt")
    openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "30", "-subj", "/CN=desk4",
            "-keyout", str(tmp_path / "desk.key"), "-out", certificate)  # fmt: skip
    told = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True
    )
    fingerprint = told.stdout.strip().partition("=")[2].replace(":", "").lower()
    made = shell.run_here("session", "add", "DEMO4", "--certificate", certificate)
    assert made.last == f"DEMO4 has a TLS certificate, SHA-256 {fingerprint}"
    assert shell.run_here("session", "revoke", "DEMO4", fingerprint).lines == [
        f"DEMO4: TLS certificate {fingerprint} is revoked"
    ]


def test_what_is_refused_names_value_and_remedy(shell: Shell, tmp_path: Path) -> None:
    """An unknown session, a second password, nothing to rotate or revoke, a file that is none; nothing is changed."""
    shell.run_here("session", "add", "DEMO5")
    before = CredentialStore(shell.venue.data).listed()
    nowhere = tmp_path / "nowhere.pem"
    for words, text in (
        ("add DEMO55", "DEMO5"),
        ("add DEMO5", "DEMO5 has the password DEMO5 already: `venue session rotate` gives it another one"),
        ("rotate DEMO6", "DEMO6 has no password in force: `venue session add` makes one"),
        ("revoke DEMO6", "DEMO6 has no credentials in force: `venue session credentials` shows those there are"),
        (f"add DEMO6 --public-key {nowhere}", f"--public-key was {nowhere}, which cannot be read: No such file"),
        ("add DEMO6 --public-key README.md", "--public-key was no public key in PEM"),
        ("add DEMO6 --certificate README.md", "--certificate was no certificate in PEM"),
        ("add DEMO6 --certificate a --public-key b", "--public-key and --certificate were both given"),
    ):
        refused = shell.run_here("session", *words.split())
        assert refused.status == 2, words
        assert text in refused.errors[0]
    assert CredentialStore(shell.venue.data).listed() == before
