"""Tables as operators' commands print them, and figures that are no whole number of units."""

from decimal import ROUND_HALF_EVEN, Decimal

from rich.table import Table

from venue.cli.terminal import console
from venue.increments import Increment


def table(*columns: str, title: str = "") -> Table:
    """Columns of text; ">" before a name sets it to the right, as figures are."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    return made


def shown(rows: Table, nothing: str) -> None:
    """Print a table, or the sentence that says that it would be empty."""
    if rows.row_count:
        console().print(rows)
    else:
        print(nothing)


def ratio_text(numerator: int, denominator: int, increment: Increment, more_decimals: int) -> str:
    """numerator / denominator increments, rounded half-even to some decimals more than the increment has."""
    value = Decimal(increment.size) * numerator / denominator
    unit = Decimal(1).scaleb(-increment.decimals - more_decimals)
    return f"{value.quantize(unit, ROUND_HALF_EVEN):f}"
