"""Reading the configuration: file, environment and flags become one VenueConfig, or one clear error.

Everything that is wrong is told at once, a line each: path, value, what is allowed, and for a misspelt
key the nearest that exists. What single values cannot show (an account nobody opens, a minimum that is
no multiple of the lot) is checked afterwards, in `venue/contradictions.py`.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from venue.config import NAME, TIME_OF_DAY, VenueConfig
from venue.contradictions import contradictions
from venue.errors import OperatorError

Tree: TypeAlias = dict[str, Any]  # settings as TOML nests them

PREFIX: Final = "VENUE_"
DELIMITER: Final = "__"
_NAMED: Final = ("sessions", "accounts", "fees", "instruments")  # tables whose keys are names
_NAMED_OF_ACCOUNT: Final = ("limits", "loss_caps", "fees", "deposits")

_PATTERNS: Final = {
    NAME: "a name of letters, digits, '.', '_' and '-', 32 characters at most",
    TIME_OF_DAY: 'a time of day in UTC such as "17:00"',
}
_ALLOWED: Final = {  # pydantic's error types, in the words of this venue
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "decimal_max_places": "must have at most {decimal_places} decimals",
    "decimal_parsing": 'must be a decimal number such as "0.01"',
    "decimal_type": 'must be a decimal number such as "0.01"',
    "dict_type": "must be a table",
    "finite_number": "must be a decimal number",
    "float_parsing": "must be a number",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge}",
    "ip_any_network": 'must be an address or a network such as "10.1.0.0/16"',
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "model_type": "must be a table",
    "string_type": "must be text",
    "tuple_type": "must be a list",
}


def load_config(file: Path | None = None, flags: Mapping[str, Any] | None = None) -> VenueConfig:
    """Read the file (none: the defaults), the environment over it, flags (nested like the file) over both.

    Raises OperatorError that names everything that is wrong.
    """
    written = _read_toml(file) if file else {}
    tree = merged(merged(written, _environment(written)), flags or {})
    try:
        config = VenueConfig.model_validate(tree)
    except ValidationError as error:
        problems = [_sentence(detail["type"], detail["loc"], detail["input"], detail) for detail in error.errors()]
        raise _refusal(file, problems) from None
    if problems := list(contradictions(config)):
        raise _refusal(file, problems)
    return config


def parse_flags(assignments: Sequence[str]) -> Tree:
    """["fix.port=0"] as {"fix": {"port": "0"}}; a part of the path with dots in it cannot be written so."""
    tree: Tree = {}
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        if not equals or not path:
            raise OperatorError(f"--set was {assignment!r}: must be PATH=VALUE, such as fix.outbox_max=10000")
        for key in reversed(path.split(".")):
            value = {key: value}  # type: ignore[assignment]
        tree = merged(tree, value)  # type: ignore[arg-type]
    return tree


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    both = dict(below)
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(both.get(key), Mapping):
            both[key] = merged(both[key], value)
        else:
            both[key] = value
    return both


# ---------------------------------------------------------------------------------------------------
# Sources


def _read_toml(file: Path) -> Tree:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(f"--config was {file}, which does not exist; config/demo.toml is an example") from None
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"--config was {file}, which cannot be read: {error}") from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:  # too deep; a number of 5,000 digits
        raise OperatorError(f"{file} is no TOML: {error}") from None


class _Variables(BaseSettings, VenueConfig):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=DELIMITER)


def _environment(written: Tree) -> Tree:
    """VENUE_FIX__PORT=0 as {"fix": {"port": "0"}}.

    Variables have no case, and no "-": in the tables whose keys the operator chooses a name counts as
    the one in the file that reads like it (VENUE_ACCOUNTS__A__LIMITS__BTC_USD__LONG_MAX).
    """
    _refuse_unknown_variables()
    try:
        tree = EnvSettingsSource(_Variables)()
    except SettingsError as error:
        raise OperatorError(f"the environment cannot be read: {error}") from None
    names = {name.lower().replace("-", "_"): name for table in _NAMED for name in written.get(table, {})}
    _spell(tree, _NAMED, names)
    for account in tree.get("accounts", {}).values():
        _spell(account, _NAMED_OF_ACCOUNT, names)
    return tree


def _spell(tree: object, tables: tuple[str, ...], names: Mapping[str, str]) -> None:
    """Give the keys of these tables their names back."""
    for table in tables:
        if isinstance(tree, dict) and isinstance(tree.get(table), dict):
            tree[table] = {names.get(key, key.upper()): value for key, value in tree[table].items()}


def _refuse_unknown_variables() -> None:
    for variable in os.environ:
        section = variable.upper().removeprefix(PREFIX).partition(DELIMITER)[0].lower()
        nested = variable.upper().startswith(PREFIX) and DELIMITER in variable
        if nested and section not in VenueConfig.model_fields:
            raise OperatorError(f"{variable} in the environment is no setting: {_known(section, VenueConfig, ())}")


# ---------------------------------------------------------------------------------------------------
# Errors as sentences


def _refusal(file: Path | None, problems: list[str]) -> OperatorError:
    where = f" ({file}, environment, flags)" if file else ""
    return OperatorError(f"the configuration{where} is refused:\n" + "\n".join(f"  {problem}" for problem in problems))


def _sentence(kind: str, path: tuple[int | str, ...], value: object, detail: Mapping[str, Any]) -> str:
    keys = tuple(str(key) for key in path if key != "[key]")
    name = ".".join(keys)
    if kind == "missing":
        return f"{name} is missing: it must be given"
    if kind == "extra_forbidden":
        return f"{name} is no setting: {_known(keys[-1], _section_at(keys[:-1]), keys[:-1])}"
    if "[key]" in path:
        return f"{name} is no name: must be {_PATTERNS[NAME]}"
    context = detail.get("ctx", {})
    if kind == "string_pattern_mismatch":
        allowed = f"must be {_PATTERNS.get(context['pattern'], context['pattern'])}"
    elif kind in _ALLOWED:
        allowed = _ALLOWED[kind].format(**context)
    else:
        allowed = str(detail["msg"])
    return f"{name} was {_shown(value)}{_origin(keys, value)}: {allowed}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _origin(keys: tuple[str, ...], value: object) -> str:
    """Where the value came from, when that was the environment."""
    variable = PREFIX + DELIMITER.join(key.upper().replace("-", "_") for key in keys)
    return f" (from {variable})" if os.environ.get(variable) == value else ""


def _known(key: str, section: type[BaseModel] | None, path: tuple[str, ...]) -> str:
    if section is None:
        return "there is nothing of the kind"
    names = list(section.model_fields)
    if near := difflib.get_close_matches(key, names, 1):
        return f"did you mean {'.'.join((*path, near[0]))}?"
    return f"allowed here: {', '.join(names)}"


def _section_at(path: tuple[str, ...]) -> type[BaseModel] | None:
    """The model that stands at a path of the configuration."""
    section: Any = VenueConfig
    for key in path:
        if get_origin(section) is dict:
            section = get_args(section)[1]
        elif get_origin(section) is tuple:
            section = get_args(section)[0]
        elif isinstance(section, type) and issubclass(section, BaseModel) and key in section.model_fields:
            section = section.model_fields[key].annotation
        else:
            return None
    return section if isinstance(section, type) and issubclass(section, BaseModel) else None
