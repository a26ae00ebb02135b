"""How often an address may try."""

from ipaddress import ip_address

from venue.config import GateConfig
from venue.fix.admission import Refusal
from venue.fix.attempts import (
    FREE_FAILURES,
    KNOWN_MAX,
    PAUSE_S,
    PAUSE_S_MAX,
    SHUT_OUT_MAX,
    SHUT_OUT_S,
    Attempts,
    named,
    place_of,
)

ONE, TWO = ip_address("192.0.2.1"), ip_address("192.0.2.2")


def attempts(**bounds: int) -> Attempts:
    return Attempts(GateConfig(**bounds))


def test_connections_of_an_address_and_of_all_are_bounded() -> None:
    """The place of one that ends is free again."""
    table = attempts(connections_max=3, connections_per_address_max=2)
    assert [table.arrive(ONE, 0) for _ in range(3)] == [None, None, Refusal.CONNECTIONS]
    assert [table.arrive(TWO, 0) for _ in range(2)] == [None, Refusal.CONNECTIONS]
    table.leave(ONE)
    assert table.arrive(TWO, 0) is None


def test_an_address_may_connect_so_often() -> None:
    """Two seconds' worth at once, then as the rate allows; others are not held up."""
    table = attempts(attempts_per_s_max=10)
    assert [table.arrive(ONE, 5.0) for _ in range(21)] == [None] * 20 + [Refusal.ATTEMPTS]
    assert table.arrive(TWO, 5.0) is None
    assert [table.arrive(ONE, 5.101) for _ in range(2)] == [None, Refusal.ATTEMPTS]


def test_who_goes_on_connecting_is_shut_out_for_a_while() -> None:
    """After two seconds' worth of connections that were closed at once; not who slows down."""
    table = attempts(attempts_per_s_max=10)
    for _ in range(20 + 20):
        table.arrive(ONE, 5.0)
        assert not table.shut_out(5.0)
    table.arrive(ONE, 5.0)
    assert table.shut_out(5.0) == {place_of(ONE)}
    assert table.shut_out(5.0 + SHUT_OUT_S - 0.1) == {place_of(ONE)}
    assert not table.shut_out(5.0 + SHUT_OUT_S)
    for number in range(200):
        table.arrive(TWO, 20.0 + number / 15)
    assert not table.shut_out(33.0)


def test_who_may_not_connect_at_all_is_shut_out_too() -> None:
    table = attempts(attempts_per_s_max=10)
    told = {table.arrive(ONE, 5.0, is_welcome=False) for _ in range(20 + 1)}
    assert told == {Refusal.ADDRESS}
    assert table.shut_out(5.0) == {place_of(ONE)}


def test_so_many_are_shut_out_at_once() -> None:
    """The kernel asks for each packet of a new connection whether it is of one of them."""
    table = attempts(attempts_per_s_max=1)
    for number in range(SHUT_OUT_MAX + 5):
        for _ in range(5):
            table.arrive(ip_address(number), 5.0)
    assert len(table.shut_out(5.0)) == SHUT_OUT_MAX


def test_an_address_is_named_as_it_is_counted() -> None:
    assert named(place_of(ONE)) == "192.0.2.1"
    assert named(place_of(ip_address("2001:db8::1"))) == "2001:db8::/64"


def test_a_host_of_ipv6_has_its_64_bits_to_itself() -> None:
    """One of its addresses counts as another."""
    table = attempts(attempts_per_s_max=1)
    hosts = [ip_address(f"2001:db8::{number}") for number in range(3)]
    assert [table.arrive(host, 0) for host in hosts] == [None, None, Refusal.ATTEMPTS]
    assert table.arrive(ip_address("2001:db8:0:1::1"), 0) is None


def test_refused_logons_pause_a_comp_id_of_that_address_only() -> None:
    """Some are free, then each pause is twice the last, to a minute; who is admitted begins anew."""
    table = attempts()
    now, pauses = 0.0, []
    for _ in range(FREE_FAILURES + 9):
        table.refused(ONE, "DESK", now)
        began = now
        while table.is_paused(ONE, "DESK", now):
            now += PAUSE_S
        pauses.append(now - began)
    assert pauses[:FREE_FAILURES] == [0.0] * FREE_FAILURES
    assert pauses[FREE_FAILURES : FREE_FAILURES + 4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == PAUSE_S_MAX
    table.refused(ONE, "DESK", now)
    assert table.is_paused(ONE, "DESK", now)
    assert not table.is_paused(TWO, "DESK", now), "its owner, elsewhere"
    assert not table.is_paused(ONE, "OTHER", now)
    table.admitted(ONE, "DESK")
    assert not table.is_paused(ONE, "DESK", now)


def test_an_address_with_too_many_refusals_may_not_connect() -> None:
    """A minute's worth at once; whichever CompIDs they named."""
    table = attempts(refusals_per_min_max=60)
    for number in range(60):
        table.refused(ONE, f"S{number}", 0)
    assert table.arrive(ONE, 0.5) is Refusal.BACK_OFF
    assert table.arrive(TWO, 0.5) is None
    assert table.arrive(ONE, 1.5) is None


def test_what_is_known_of_addresses_is_bounded() -> None:
    """A million addresses cost no more memory than ten thousand."""
    table = attempts(connections_max=10 * KNOWN_MAX)
    for number in range(KNOWN_MAX + 5):
        table.refused(ip_address(number), "DESK", 0)
        assert table.arrive(ip_address(number), 0) is None
        table.leave(ip_address(number))
    sizes = [len(table._paused), len(table._arrivals._paid_s), len(table._refusals._paid_s), len(table._open)]
    assert sizes == [KNOWN_MAX, KNOWN_MAX, KNOWN_MAX, 0]
