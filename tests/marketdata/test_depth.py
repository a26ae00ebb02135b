"""What stands near the mid: the ends of each range, and books that have none."""

import pytest

from tests.engine.builders import ACCOUNTS, SESSIONS, X, enter
from tests.marketdata.stage import Stage
from venue.marketdata import DepthWithin, Imbalance
from venue.messages import AUCTION, BUY, SELL, AnyCommand, OpenAccount, SetTradingState

OPENING: tuple[AnyCommand, ...] = (X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS)


@pytest.fixture
def stage() -> Stage:
    return Stage(*OPENING)


def test_depth_counts_both_ends_of_its_range(stage: Stage) -> None:
    """Mid 10,000: within 10 bp is 9,990 to 10,010, one tick further is not; within 100 bp 9,900 to 10,100."""
    for number, price in enumerate((9_995, 9_990, 9_989, 9_900, 9_899)):
        stage(enter(f"a{number}", BUY, 1, price))
    for number, price in enumerate((10_005, 10_010, 10_011, 10_100, 10_101)):
        stage(enter(f"b{number}", SELL, 2, price))
    assert stage.instrument().analytics(0).depth == (
        DepthWithin(10, 2, 19_985, 4, 40_030),
        DepthWithin(50, 3, 29_974, 6, 60_052),
        DepthWithin(100, 4, 39_874, 8, 80_252),
    )


def test_depth_rounds_no_price_into_its_range(stage: Stage) -> None:
    """Mid 1,000.5: 10 bp below is 999.4995 and above 1,001.5005, so that 999 and 1,002 are outside."""
    stage(
        enter("a1", BUY, 3, 1_000), enter("a2", BUY, 5, 999), enter("b1", SELL, 7, 1_001), enter("b2", SELL, 9, 1_002)
    )
    assert stage.instrument().analytics(0).depth[0] == DepthWithin(10, 3, 3_000, 7, 7_007)


def test_depth_within_less_than_the_spread_is_nothing(stage: Stage) -> None:
    """The best prices are further from the mid."""
    stage(enter("a1", BUY, 3, 900), enter("b1", SELL, 7, 1_100))
    assert set(stage.instrument().analytics(0).depth) == {DepthWithin(bp, 0, 0, 0, 0) for bp in (10, 50, 100)}


def test_depth_of_a_book_that_is_one_sided_or_in_auction_is_none(stage: Stage) -> None:
    """There is no mid; the imbalance is that of what stands."""
    stage(enter("a1", BUY, 3, 900))
    analytics = stage.instrument().analytics(0)
    assert (analytics.depth, analytics.imbalance) == ((), Imbalance(1.0, 1.0))
    stage(SetTradingState("X", AUCTION, "operator", "test"), enter("b1", SELL, 1, 901), enter("b2", SELL, 2, 902))
    analytics = stage.instrument().analytics(0)
    assert (analytics.depth, analytics.imbalance) == ((), Imbalance(0.5, 0.0))
