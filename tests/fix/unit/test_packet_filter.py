"""What the kernel drops before a listening socket: through real sockets of loopback."""

import socket
from ipaddress import ip_address

import pytest

from venue.fix.attempts import place_of
from venue.fix.packet_filter import shut_out

UNHEARD_S = 0.2  # a connection over loopback takes a thousandth of it
ONE, TWO = "127.0.4.1", "127.0.4.2"


def is_heard(listener: socket.socket, source: str) -> bool:
    with socket.socket(listener.family) as client:
        client.settimeout(UNHEARD_S)
        client.bind((source, 0))
        try:
            client.connect(listener.getsockname()[:2])
        except TimeoutError:
            return False
        listener.accept()[0].close()
        return True


@pytest.mark.parametrize("others", [0, 99])
def test_who_is_shut_out_is_not_heard_until_the_end_of_it(others: int) -> None:
    """Everybody else is, however many are shut out beside."""
    places = [place_of(ip_address(f"192.0.2.{number}")) for number in range(others)]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert is_heard(listener, ONE)
        shut_out(listener, [*places, place_of(ip_address(ONE))])
        assert not is_heard(listener, ONE)
        assert is_heard(listener, TWO)
        shut_out(listener, ())
        assert is_heard(listener, ONE)


def test_nobody_can_be_let_in_again() -> None:
    """Who is not shut out: a gate that starts does not know."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        shut_out(listener, ())
        assert is_heard(listener, ONE)


def test_a_connection_that_exists_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.bind((ONE, 0))
        client.connect(listener.getsockname())
        served, _ = listener.accept()
        shut_out(listener, [place_of(ip_address(ONE))])
        client.sendall(b"hello")
        assert served.recv(5) == b"hello"
        served.close()


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_of_ipv6_the_first_64_bits_count() -> None:
    """On a socket for both: ::1 is shut out, and 127.0.0.1, which comes to it as ::ffff:127.0.0.1, is not; and the
    other way about."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        port = listener.getsockname()[1]

        def heard() -> list[bool]:
            return [_reaches(listener, family, host, port) for family, host in _BOTH]

        assert heard() == [True, True]
        shut_out(listener, [place_of(ip_address("2001:db8::1")), place_of(ip_address("::1"))])
        assert heard() == [True, False]
        shut_out(listener, [place_of(ip_address("127.0.0.1")), place_of(ip_address("2001:db8::1"))])
        assert heard() == [False, True]


_BOTH = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def _reaches(listener: socket.socket, family: int, host: str, port: int) -> bool:
    with socket.socket(family) as client:
        client.settimeout(UNHEARD_S)
        try:
            client.connect((host, port))
        except TimeoutError:
            return False
        listener.accept()[0].close()
        return True
