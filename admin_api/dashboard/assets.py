"""The files of the pages, read once. Their address has a hash of them all in it, so that browsers keep them for ever
and still never show a page of one version with the scripts of another."""

import gzip
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

STATIC: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    body: bytes
    zipped: bytes
    media_type: str


class Assets:
    """By their path below static/; `version` stands for what they are."""

    def __init__(self) -> None:
        files = sorted(path for path in STATIC.rglob("*") if path.suffix in _MEDIA_TYPES)
        self._files: Final = {str(path.relative_to(STATIC)): _asset(path) for path in files}
        whole = sha256()
        for name, asset in self._files.items():
            whole.update(f"{name} {len(asset.body)} ".encode() + asset.body)
        self.version: Final = whole.hexdigest()[:16]

    def find(self, name: str) -> Asset | None:
        return self._files.get(name)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, gzip.compress(body, mtime=0), _MEDIA_TYPES[path.suffix])
