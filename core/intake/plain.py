"""The spellings that exports mostly use, read at once.

Whatever is found here, `core.intake.cells` would read to the same value, without a code and
without a warning; what is not found is left to it. Tests compare the two.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from core.intake.definitions import Column
from core.intake.hashing import SHORTEST_SECRET
from core.intake.read import Cell

_LONGEST_AMOUNT = 14
_LONGEST_NUMBER = 40
_TIME = 19
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)

Days = Callable[[str], int | None]
"""The second at which a day begins that is written YYYY-MM-DD; None when it may not come in."""


def plain_values(
    column: Column, cells: Iterable[Cell], secret: bytes, days: Days
) -> dict[Cell, object]:
    """Values of the cells that are spelled plainly, for amounts, times and hashed numbers."""
    if column.type == "money" and column.minimum is None and column.maximum is None:
        return _amounts(cells)
    if column.type == "datetime":
        return _times(cells, lru_cache(4096)(days))
    if column.type == "hashed" and len(secret) >= SHORTEST_SECRET:
        return _hashes(cells, secret)
    return {}


def _amounts(cells: Iterable[Cell]) -> dict[Cell, object]:
    """分 of amounts with two decimals."""
    found: dict[Cell, object] = {}
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= _LONGEST_AMOUNT and cell[-3:-2] == ".":
            digits = cell.replace(".", "", 1)
            if digits.isdigit() and digits.isascii():
                found[cell] = int(digits)
    return found


def _times(cells: Iterable[Cell], days: Days) -> dict[Cell, object]:
    """Seconds of YYYY-MM-DD HH:MM:SS; since 2000 every day of China has had 24 hours."""
    found: dict[Cell, object] = {}
    for cell in cells:
        if isinstance(cell, str) and len(cell) == _TIME and cell[10] == " ":
            midnight, since = days(cell[:10]), _since_midnight(cell[11:])
            if midnight is not None and since is not None:
                found[cell] = midnight + since
    return found


@lru_cache(100_000)
def _since_midnight(clock: str) -> int | None:
    written = _CLOCK.fullmatch(clock)
    if written is None:
        return None
    hour, minute, second = map(int, written.groups())
    return hour * 3600 + minute * 60 + second


def _hashes(cells: Iterable[Cell], secret: bytes) -> dict[Cell, object]:
    """Keyed hashes of numbers that are letters and digits, as `core.intake.hashing.keyed`."""
    digest, algorithm = hmac.digest, hashlib.sha256
    return {
        cell: int.from_bytes(digest(secret, cell.upper().encode(), algorithm)[:8], "big") >> 1 or 1
        for cell in cells
        if isinstance(cell, str)
        and len(cell) <= _LONGEST_NUMBER
        and cell.isascii()
        and cell.isalnum()
    }
