"""The sample of records of a month, drawn so that anyone who has the seed draws the same.

Source: checklists.yaml, sampling; 种子 4 篇一 (>= 50 running and >= 30 archived records a month);
domain_review.md: with 1-3 records a department a month, the hospital's rate is valid, a
department reads its rolling 12 months.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.control.sampling import ARCHIVED, RUNNING, allocation, draw
from core.errors import DataError
from core.frames import Frame

KINDS = ("running", "archived")
"""In bed at the end of the day asked for; discharged in the month."""
LONGEST_SEED = 40
POPULATION = Frame(
    "population",
    {
        "kind": "running | archived",
        "department": "code",
        "record": "id without a person in it",
        "admitted": "YYYYMMDD",
        "discharged": "YYYYMMDD, NaN while in bed",
        "disease_group": "code; '' when not grouped",
    },
    key=("kind", "record"),
)
SAMPLE = Frame(
    "sample",
    {**POPULATION.columns, "place": "1 is the first of all", "of": "place within its department"},
    key=("kind", "record"),
)


@dataclass(frozen=True)
class Wanted:
    """How many records at least, and by which seed."""

    seed: str
    running: int = RUNNING
    archived: int = ARCHIVED

    def __post_init__(self) -> None:
        if not self.seed.strip() or len(self.seed) > LONGEST_SEED:
            raise DataError("E_SAMPLE_SEED", most=LONGEST_SEED)
        if self.running < 0 or self.archived < 0 or not self.running + self.archived:
            raise DataError("E_SAMPLE_COUNT")

    def of(self, kind: str) -> int:
        return self.running if kind == "running" else self.archived


def discharges_of(population: pd.DataFrame) -> dict[str, int]:
    """Discharges of the month by department, in the order of codes."""
    left = population[population["kind"] == "archived"]
    return {str(code): int(n) for code, n in left.groupby("department").size().items()}


def shares(
    discharges: Mapping[str, int], there: Mapping[str, int], total: int, least: int = 1
) -> dict[str, int]:
    """Records by department: by discharges, at least `least` a department, never more than there.

    there: records that can be drawn. The total is raised to `least` a department, and lowered to
    what is there at all. What a department cannot give is shared out anew among the others. A
    department with patients in bed but without a discharge weighs as one discharge.
    """
    open_: dict[str, int] = {code: count for code, count in there.items() if count > 0}
    left = min(max(total, least * len(open_)), sum(open_.values()))
    found: dict[str, int] = {}
    while open_:
        weights = np.array([max(discharges.get(code, 0), 1) for code in open_], dtype=np.int64)
        given = allocation(weights * max(left, 1), left, min(least, left // len(open_)))
        split = dict(zip(open_, given.tolist(), strict=True))
        full = {code: open_[code] for code, count in split.items() if count > open_[code]}
        if not full:
            found |= split
            break
        found |= full
        left -= sum(full.values())
        open_ = {code: count for code, count in open_.items() if code not in full}
    return {code: found[code] for code in there if found.get(code)}


def drawn(population: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """SAMPLE rows: running records first, then archived, departments by code.

    population: POPULATION rows in any order. The same rows and seed give the same sample.
    DataError E_SAMPLE_NONE where there is no record at all.
    """
    POPULATION.check(population)
    if population.empty:
        raise DataError("E_SAMPLE_NONE")
    left, pieces = discharges_of(population), []
    for kind in KINDS:
        rows = population[population["kind"] == kind].sort_values(["department", "record"])
        records = {str(code): list(part["record"]) for code, part in rows.groupby("department")}
        if not records or not wanted.of(kind):
            continue
        there = {code: len(listed) for code, listed in records.items()}
        counts = shares(left, there, wanted.of(kind))
        found = draw(records, counts, f"{wanted.seed}|{kind}").rename(columns={"place": "of"})
        pieces.append(found.merge(rows, on=["department", "record"], how="left"))
    sample = pd.concat(pieces, ignore_index=True)
    sample["place"] = np.arange(1, len(sample) + 1)
    return SAMPLE.check(sample[list(SAMPLE.columns)])


def digest(population: pd.DataFrame) -> dict[str, dict[str, str | int]]:
    """By kind: how many records it was drawn from, and the SHA-256 of their sorted list."""
    found: dict[str, dict[str, str | int]] = {}
    for kind in KINDS:
        rows = population[population["kind"] == kind]
        lines = sorted(rows["department"] + "|" + rows["record"])
        text = "\n".join(lines)
        found[kind] = {"cases": len(lines), "digest": hashlib.sha256(text.encode()).hexdigest()}
    return found
