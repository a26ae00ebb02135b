"""The traders' process: `python -m venue.demo.floor`, a Script on stdin, Figures on stdout.

One thread acts and listens in turn, at the rate of the script with random gaps; QuickFIX's own thread only
puts what arrives into the queue. The end of stdin ends it: a demo that was killed leaves nobody behind.
"""

import queue
import signal
import sys
import threading
import time
from collections import deque
from pathlib import Path
from random import Random
from typing import Final

from venue.client import requests
from venue.client.connection import Connection, connect
from venue.client.fields import Fields
from venue.client.tunnel import trusting
from venue.demo.script import REPORT_S, SAMPLES_MAX, Figures, Script, line, script_of
from venue.demo.traders import Market, MarketMaker, Taker, Trader

MAKER_SHARE: Final = 0.75  # of all requests


class Floor:
    def __init__(self, script: Script) -> None:
        chance = Random(script.seed)
        markets = [Market(prices, chance) for prices in script.instruments]
        self.makers: Final = [MarketMaker(name, markets, chance) for name in script.makers]
        self.takers: Final = [Taker(name, markets, chance) for name in script.takers]
        self.stopping: Final = threading.Event()
        self._traders: dict[str, Trader] = {trader.comp_id: trader for trader in (*self.makers, *self.takers)}
        self._inbox: queue.SimpleQueue[tuple[str, Fields, int]] = queue.SimpleQueue()
        self._chance = chance
        self._mean_gap_s = 1 / script.orders_per_s
        self._sent = 0
        self._sent_ns: dict[str, int] = {}  # when each unanswered request was sent, by ClOrdID
        self._latencies_us: deque[int] = deque(maxlen=SAMPLES_MAX)

    def receive(self, comp_id: str, fields: Fields) -> None:
        """Called on QuickFIX's thread; the time is taken here, before the message waits for us."""
        self._inbox.put((comp_id, fields, time.monotonic_ns()))

    def trade(self, connection: Connection) -> None:
        """Until `stopping`. Begins with cancelling what an earlier run that was killed has left."""
        for comp_id in self._traders:
            self._send(connection, comp_id, requests.mass_cancel(requests.new_cl_ord_id()))
        next_act_s = next_report_s = time.monotonic()
        while not self.stopping.is_set():
            now_s = time.monotonic()
            if now_s >= next_report_s:
                self._report()
                next_report_s = now_s + REPORT_S
            if now_s >= next_act_s:
                self._act(connection)
                next_act_s = max(now_s - 1, next_act_s + self._chance.expovariate(1) * self._mean_gap_s)
            self._listen(min(next_act_s, next_report_s))

    def _act(self, connection: Connection) -> None:
        one_kind: list[Trader] = [*(self.makers if self._chance.random() < MAKER_SHARE else self.takers)]
        trader = self._chance.choice(one_kind or list(self._traders.values()))
        request = trader.act()
        if request is not None:
            self._send(connection, trader.comp_id, request)

    def _send(self, connection: Connection, comp_id: str, request: Fields) -> None:
        self._sent_ns[request["ClOrdID"]] = time.monotonic_ns()
        if connection.send(comp_id, request):
            self._sent += 1
        else:
            del self._sent_ns[request["ClOrdID"]]

    def _listen(self, until_s: float) -> None:
        """Let the traders hear what has arrived, and wait for more until then."""
        while True:
            try:
                comp_id, fields, time_ns = self._inbox.get(timeout=max(0.0, until_s - time.monotonic()))
            except queue.Empty:
                return
            sent_ns = self._sent_ns.pop(fields.get("ClOrdID", ""), None)
            if sent_ns is not None and fields.get("PossDupFlag") != "Y":
                self._latencies_us.append((time_ns - sent_ns) // 1_000)
            self._traders[comp_id].heard(fields)

    def _report(self) -> None:
        ordered = sorted(self._latencies_us) or [0]
        tell(Figures(self._sent, ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]))


def tell(figures: Figures) -> None:
    try:
        sys.stdout.buffer.write(line(figures))
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the demo is gone; the end of stdin says so too
        pass


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal: the demo decides
    script = script_of(sys.stdin.buffer.readline())
    floor = Floor(script)

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        floor.stopping.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    address, comp_ids = (script.host, script.port), [*script.makers, *script.takers]
    tls = trusting(Path(script.certificate)) if script.certificate else None
    connection, _ = connect(address, script.target, comp_ids, Path(script.store), floor.receive, tls=tls)
    try:
        floor.trade(connection)
    finally:
        connection.log_out()
        tell(Figures(0, 0, 0, is_done=True))
        connection.stop()


if __name__ == "__main__":
    main()
