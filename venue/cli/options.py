"""Options that several commands share, and the configuration they lead to."""

from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer

from venue.config import VenueConfig
from venue.settings import load_config, merged, parse_flags

DEMO_CONFIG: Final = Path("config/demo.toml")

Config: TypeAlias = Annotated[
    Path | None, typer.Option("--config", help=f"TOML file. Default: {DEMO_CONFIG}, if it is there.")
]
Data: TypeAlias = Annotated[Path | None, typer.Option("--data", help="Data folder, instead of the file's.")]
Settings: TypeAlias = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Any other setting: --set fix.outbox_max=10000")
]


def configured(
    config: Path | None,
    data: Path | None = None,
    settings: list[str] | None = None,
    fix_port: int | None = None,
    api_port: int | None = None,
) -> VenueConfig:
    """Raises OperatorError that names what is wrong."""
    flags: dict[str, Any] = parse_flags(settings or [])
    if data is not None:
        flags["data"] = data
    for section, port in (("fix", fix_port), ("api", api_port)):
        if port is not None:
            flags = merged(flags, {section: {"port": port}})
    if config is None and DEMO_CONFIG.exists():
        config = DEMO_CONFIG
    return load_config(config, flags)
