"""Clients nobody wants, in a process of their own: each misbehaves until the venue ends its connection, then again.

    slow       asks for thousands of reports and does not read them
    silent     logs on with a heartbeat of a second, and is never heard of again
    storming   enters orders as fast as it can, far beyond its throttle
    half-open  vanishes as a machine does that lost its power: not even its kernel answers any more

Run as a program with the venue's FIX port it prints the name of each when it was cut off.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tests.support.fix_message import utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value

SYMBOL: Final = "S002-USD"  # nobody else's
ORDERS_PER_S_MAX: Final = 100  # of STORMING, which its configuration must say
RECEIVE_BUFFER: Final = 4096


def order(client: RawClient, number: int) -> bytes:
    """Rests below everything."""
    terms = {"Symbol": SYMBOL, "Side": "1", "OrderQty": "1", "OrdType": "2", "Price": "1.00"}
    return client.message("D", ClOrdID=f"{client.sender}-{number}", TransactTime=utc_timestamp(), **terms)


def slow(client: RawClient) -> None:
    client.log_on_when_free()
    mass_status = {"MassStatusReqType": "7"}
    requests = [order(client, number) for number in range(200)]
    requests += [client.message("AF", MassStatusReqID=f"S{number}", **mass_status) for number in range(100)]
    client.send_bytes(b"".join(requests))
    time.sleep(2)  # it is slow
    client.receive_until_closed()


def silent(client: RawClient) -> None:
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt="1", ResetSeqNumFlag="Y")
    client.receive_until_closed()


def storming(client: RawClient) -> None:
    client.log_on_when_free()
    try:
        for start in range(0, 100 * ORDERS_PER_S_MAX, 50):
            client.send_bytes(b"".join(order(client, start + number) for number in range(50)))
    except OSError:  # logged out meanwhile
        pass
    client.close()


def half_open(client: RawClient) -> None:
    """It cannot hear that it was cut off: another connection may log on when it was."""
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt="1", ResetSeqNumFlag="Y")
    client.receive()
    client.go_deaf()
    with RawClient(client.port, client.sender) as successor:
        successor.log_on_when_free()
        successor.hang_up()
    client.close()


HOSTILE: Final[dict[str, Callable[[RawClient], None]]] = {
    "SLOW": slow, "SILENT": silent, "STORMING": storming, "HALFOPEN": half_open,
}  # fmt: skip


def sessions() -> dict[str, dict[str, Value]]:
    """Of the venue's configuration, each with an account of its own."""
    all_of_them: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in HOSTILE}
    all_of_them["STORMING"]["orders_per_s_max"] = ORDERS_PER_S_MAX
    return all_of_them


@contextmanager
def hostile_clients(port: int) -> Iterator[list[str]]:
    """The process, running; the list grows with the name of each client that was cut off."""
    cut_off: list[str] = []

    def read(process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            cut_off.append(line.strip())

    command = [sys.executable, "-m", "tests.support.hostile_clients", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        reader = threading.Thread(target=read, args=(process,), daemon=True)
        reader.start()
        try:
            yield cut_off
        finally:
            process.kill()
            reader.join()


def main(port: str) -> None:
    def misbehave(name: str) -> None:
        while True:
            with RawClient(int(port), name, receive_buffer=RECEIVE_BUFFER if name == "SLOW" else None) as client:
                HOSTILE[name](client)
            print(name, flush=True)

    threads = [threading.Thread(target=misbehave, args=(name,), daemon=True) for name in HOSTILE]
    for thread in threads:
        thread.start()
    parent = os.getppid()
    while os.getppid() == parent and all(thread.is_alive() for thread in threads):
        time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1])
