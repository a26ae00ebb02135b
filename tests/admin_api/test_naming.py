"""What a name that is not there is answered with."""

from admin_api.naming import COMPARED_MAX, nearest


def test_nearest_differs_in_capitals_before_it_differs_in_letters() -> None:
    """However many names there are."""
    names = [f"ACCOUNT{number}" for number in range(10 * COMPARED_MAX)]
    assert nearest("account977", names) == "ACCOUNT977"
    assert nearest("ACOUNT7", names) == "ACCOUNT7"
    assert nearest("PORK", names) is None
    assert nearest("PORK", []) is None


def test_similar_names_are_sought_among_the_first_only() -> None:
    """Whoever asks for names there are not holds up nobody, however many names there are."""
    names = [f"{number:05d}" for number in range(COMPARED_MAX)]
    assert nearest("PORKERR", [*names[1:], "PORKER"]) == "PORKER"
    assert nearest("PORKERR", [*names, "PORKER"]) is None
