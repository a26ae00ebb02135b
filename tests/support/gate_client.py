"""A raw FIX client of the gate: from an address of loopback's own choosing, over TLS, with a password or a key."""

import base64
import socket
import ssl
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.fix_message import SOH, FixMessage, utc_timestamp
from tests.support.raw_fix import RawClient


class GateClient(RawClient):
    """With a `source` of its own a client's attempts are not counted as another's."""

    def __init__(
        self,
        port: int,
        sender: str,
        *,
        password: str = "",
        key: Ed25519PrivateKey | None = None,
        key_id: str = "",
        source: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        receive_buffer: int | None = None,
    ) -> None:
        super().__init__(port, sender, receive_buffer=receive_buffer, source=source)
        self.password: Final = password
        self._key = key
        self._key_id = key_id
        self._tls = tls

    def _dial(self) -> socket.socket:
        connection = super()._dial()
        return self._tls.wrap_socket(connection, server_hostname="localhost") if self._tls else connection

    def logon(self, **changed: str | None) -> bytes:
        """The bytes of a Logon(A) with what proves who we are; `changed` fields are set after it was signed."""
        number, sending_time = str(self.next_out), utc_timestamp()
        fields: dict[str, str | None] = {"MsgSeqNum": number, "SendingTime": sending_time}
        fields |= {"EncryptMethod": "0", "HeartBtInt": "30"}
        if self.password:
            fields |= {"Username": self.sender, "Password": self.password}
        if self._key:
            signed = SOH.join(("A", self.sender, self.target, number, sending_time))
            signature = base64.b64encode(self._key.sign(signed.encode())).decode()
            fields |= {"RawDataLength": str(len(signature)), "RawData": signature, "Username": self._key_id}
        return self.message("A", **(fields | changed))

    def log_on_here(self, **changed: str) -> FixMessage:
        """Connect, log on with the next number and expect the venue's Logon."""
        self.connect()
        self.send_bytes(self.logon(**changed))
        self.next_out += 1
        return self.expect("A")
