"""Which records are looked at: so many by department, drawn by a seed that is kept.

Source: checklists.yaml, sampling: by discharges, largest remainder, at least one a department,
exactly the planned total; at least 50 running and 30 archived records a month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DataError
from core.frames import Frame
from core.statistics.rounding import share_out

Whole = npt.NDArray[np.int64]
RUNNING, ARCHIVED = 50, 30
"""Records a month, at least: 种子 4 篇一."""
DRAWN = Frame(
    "drawn",
    {"department": "code", "record": "id without a person in it", "place": "1 is drawn first"},
    key=("record",),
)


def allocation(discharges: Sequence[int] | Whole, total: int, least: int = 1) -> Whole:
    """Records to look at in each department; they add up to `total`.

    discharges: [departments], whole and not negative. Largest remainder first; who has fewer than
    `least` gets `least` (or all it discharged: where nobody left, nothing can be drawn); then what
    is too many is taken back one by one from the department furthest above its exact share, of
    equals from the later one (待核对). E_SAMPLE_FEW: fewer discharges than `total`;
    E_SAMPLE_LEAST: the minima alone are more than `total`.
    """
    counts = np.asarray(discharges, dtype=np.int64)
    if np.any(counts < 0) or total < 0 or least < 0:
        raise ValueError("a count is negative")
    everyone = int(counts.sum())
    if total > everyone:
        raise DataError("E_SAMPLE_FEW", where="total", total=total, found=everyone)
    floor = np.minimum(counts, least)
    if floor.sum() > total:
        raise DataError("E_SAMPLE_LEAST", where="total", total=total, least=int(floor.sum()))
    if total == 0:
        return np.zeros_like(counts)
    shares = np.maximum(share_out(np.array(total), counts), floor)
    exact = total * (counts / everyone)
    for _ in range(int(shares.sum()) - total):
        above = np.where(shares > floor, np.round(shares - exact, 9), -np.inf)
        shares[len(above) - 1 - int(np.argmax(above[::-1]))] -= 1
    return shares


def draw_key(seed: int | str, record: str) -> str:
    """Where a record stands in the draw: the SHA-256 of "seed|record", as hexadecimal text."""
    return hashlib.sha256(f"{seed}|{record}".encode()).hexdigest()


def ranked(seed: int | str, records: Iterable[str]) -> list[str]:
    """The records in the order they are drawn, whatever order they came in.

    Anyone redraws it with a hash of each line and a sort. ValueError: a record stands twice.
    """
    listed = list(records)
    if len(set(listed)) < len(listed):
        raise ValueError("a record stands twice")
    return sorted(listed, key=lambda record: (draw_key(seed, record), record))


def draw(
    records: Mapping[str, Sequence[str]], counts: Mapping[str, int], seed: int | str
) -> pd.DataFrame:
    """DRAWN rows: the first `counts` records of each department, departments as in `counts`.

    records: by department, each once; a larger count keeps what a smaller one drew, so the next
    record replaces one that cannot be found. E_SAMPLE_SHORT: a department has fewer than asked.
    """
    rows: list[tuple[str, str, int]] = []
    for department, count in counts.items():
        own = records.get(department, ())
        if count > len(own):
            raise DataError("E_SAMPLE_SHORT", department=department, count=count, found=len(own))
        drawn = ranked(seed, own)[:count]
        rows += [(department, record, place) for place, record in enumerate(drawn, 1)]
    return pd.DataFrame(rows, columns=pd.Index(DRAWN.columns))
