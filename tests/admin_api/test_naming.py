"""What a name that is not there is answered with."""

import time

from admin_api.naming import COMPARED_MAX, nearest


def test_nearest_differs_in_capitals_before_it_differs_in_letters() -> None:
    """However many names there are."""
    names = [f"ACCOUNT{number}" for number in range(10 * COMPARED_MAX)]
    assert nearest("account977", names) == "ACCOUNT977"
    assert nearest("ACOUNT7", names) == "ACCOUNT7"
    assert nearest("PORK", names) is None
    assert nearest("PORK", []) is None


def test_nearest_of_very_many_names_is_found_soon() -> None:
    """Whoever asks for names there are not holds up nobody: far less than 50 ms, of ten thousand names."""
    names = [f"ACCOUNT-OF-CLIENT-{number:05d}" for number in range(10_000)]
    began_s = time.perf_counter()
    nearest("CLIENT-OF-ACCOUNT-X00X0", names)
    assert time.perf_counter() - began_s < 0.05
