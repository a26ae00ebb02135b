"""The throttle: a burst of one second, refusals beyond it, and the door beyond two."""

from venue.fix.throttle import BURST_NS, Throttle, Verdict

ADMIT, REFUSE, EXPEL = Verdict.ADMIT, Verdict.REFUSE, Verdict.EXPEL
START_NS = 5 * BURST_NS


def test_burst_of_one_second_is_admitted_the_next_refused() -> None:
    """`per_s_max` messages at once are within the limit, one more is not."""
    throttle = Throttle(10)
    assert [throttle.admit(START_NS) for _ in range(11)] == [ADMIT] * 10 + [REFUSE]


def test_messages_beyond_twice_the_limit_expel() -> None:
    """Refused messages count: who goes on at more than twice the limit is logged out."""
    throttle = Throttle(10)
    assert [throttle.admit(START_NS) for _ in range(21)] == [ADMIT] * 10 + [REFUSE] * 10 + [EXPEL]


def test_steady_stream_at_the_limit_is_always_admitted() -> None:
    """The limit itself is allowed for ever."""
    throttle = Throttle(10)
    assert {throttle.admit(START_NS + n * BURST_NS // 10) for n in range(1_000)} == {ADMIT}


def test_pause_pays_for_what_was_sent() -> None:
    """After a second of silence the whole burst is there again, and no more than that after ten."""
    throttle = Throttle(10)
    for pause in (1, 10):
        now_ns = START_NS + pause * 10 * BURST_NS
        assert [throttle.admit(now_ns) for _ in range(11)] == [ADMIT] * 10 + [REFUSE]


def test_expelled_session_starts_afresh() -> None:
    """When it returns, its debt is forgotten."""
    throttle = Throttle(10)
    while throttle.admit(START_NS) is not EXPEL:
        pass
    assert throttle.admit(START_NS) is ADMIT


def test_what_comes_again_is_refused_and_costs_nothing_then() -> None:
    """Its sender was asked for it, and may go on with new orders a moment later."""
    throttle = Throttle(10)
    assert [throttle.admit(START_NS, comes_again=True) for _ in range(40)] == [ADMIT] * 10 + [REFUSE] * 30
    assert throttle.admit(START_NS) is REFUSE
    assert throttle.admit(START_NS + BURST_NS // 5) is ADMIT
