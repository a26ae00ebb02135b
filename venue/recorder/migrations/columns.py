"""The kinds of columns that the steps make. What a step has made must stay what it is: a new kind gets a new name."""

from typing import Any

import sqlalchemy as sa


def number(name: str, *, key: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, _int64(), primary_key=key, autoincrement=False, nullable=False)


def number_or_null(name: str) -> "sa.Column[Any]":
    return sa.Column(name, _int64())


def word(name: str, *, key: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), primary_key=key, nullable=False)


def word_or_null(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text())


def exact(name: str) -> "sa.Column[Any]":
    """A decimal: NUMERIC on PostgreSQL, text on SQLite."""
    return sa.Column(name, _decimal(), nullable=False)


def exact_or_null(name: str) -> "sa.Column[Any]":
    return sa.Column(name, _decimal())


def flag(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Boolean(), nullable=False)


def octets(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _int64() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _decimal() -> Any:
    return sa.Text().with_variant(sa.Numeric(), "postgresql")
