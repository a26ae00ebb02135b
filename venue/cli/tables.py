"""Tables as operators' commands print them."""

from rich.table import Table

from venue.cli.terminal import console


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
