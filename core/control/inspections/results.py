"""What inspections found: pairs of self-check and inspection, deductions, rates, findings.

Source: quality.md section 3; checklists.yaml, rules; domain_review.md (扣分 Top 5 first).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.control.agreement import LEVELS as RESULTS
from core.control.agreement import PAIRS, Agreement, weighted_kappa
from core.control.inspections.editing import Template
from core.control.scoring import Answer, deducted
from core.frames import Frame
from core.statistics.intervals import wilson

ROUNDS = Frame(
    "rounds",
    {
        "id": "number",
        "month": "YYYYMM",
        "level": "1 self-check | 2 hospital | 3 committee",
        "checklist": "code",
        "checklist_version": "number",
        "title": "text",
        "seed": "text; '' where nothing was drawn",
        "as_at": "YYYYMMDD or 0: the last day of the month",
        "running": "records asked for",
        "archived": "records asked for",
        "off_hours": "'' | night | holiday",
        "due": "YYYYMMDD",
        "who": "text",
        "forms": "number",
        "begun": "forms with an answer that are not submitted",
        "submitted": "number",
    },
    key=("id",),
)
FORMS = Frame(
    "forms",
    {
        "id": "number",
        "round_id": "number",
        "month": "YYYYMM",
        "level": "1 | 2 | 3",
        "checklist": "code",
        "checklist_version": "number",
        "place": "number within the round",
        "kind": "running | archived | place",
        "department": "code",
        "record": "id without a person in it; '' for a department",
        "admitted": "YYYYMMDD, NaN where none",
        "discharged": "YYYYMMDD, NaN where none",
        "disease_group": "code or ''",
        "off_hours": "'' | night | holiday",
        "state": "open | submitted",
        "revision": "number",
        "score": "0-100, NaN until submitted or where no item applies",
        "grade": "text; '' until submitted",
        "own_grade": "by the score alone",
        "submitted_by": "text",
    },
    key=("id",),
)
CHECKED = Frame(
    "checked items",
    {
        "month": "YYYYMM",
        "level": "1 | 2 | 3",
        "checklist": "code",
        "department": "code",
        "item": "code",
        "met": "answers 合格",
        "counted": "answers 合格, 部分 or 不合格",
    },
    key=("month", "level", "checklist", "department", "item"),
)
DEFECTS = Frame(
    "defects",
    {
        "id": "of the form",
        "month": "YYYYMM",
        "level": "1 | 2 | 3",
        "checklist": "code",
        "checklist_version": "number",
        "department": "code",
        "record": "id or ''",
        "item": "code",
        "result": "partly | unmet",
        "defects": "number, NaN when not counted",
        "vetoed": "bool",
        "note": "text",
    },
    key=("id", "item"),
)
_SAME = ["month", "checklist", "kind", "department", "record"]


def paired(forms: pd.DataFrame) -> pd.DataFrame:
    """PAIRS: submitted self-checks and hospital inspections of the same record or department.

    forms: FORMS rows. The same: month, checklist, kind, department and record; of several at one
    level the last counts. What only one level looked at is no pair and is left out.
    """
    done = forms[forms["state"] == "submitted"].sort_values("id")
    sides = [
        done[done["level"] == level].drop_duplicates(_SAME, keep="last")[[*_SAME, "score"]]
        for level in (1, 2)
    ]
    both = sides[0].merge(sides[1], on=_SAME, suffixes=("_own", "_seen"))
    both = both.rename(columns={"score_own": "self_check", "score_seen": "inspection"})
    return PAIRS.check(both)


def kappa_of(counts: pd.DataFrame) -> dict[str, Agreement]:
    """Weighted kappa by department from counts of item results; '' is all of them.

    counts: department, own, seen (results), count. Results outside the order are left out.
    """
    found: dict[str, Agreement] = {}
    parts = [("", counts), *counts.groupby("department", sort=True)]
    for code, rows in parts:
        times = rows["count"].to_numpy(int)
        own, seen = (
            np.repeat(rows[name].map(RESULTS).to_numpy(float), times) for name in ("own", "seen")
        )
        found[str(code)] = weighted_kappa(own, seen, len(RESULTS))
    return found


def deductions(
    defects: pd.DataFrame, templates: Mapping[tuple[str, int], Template]
) -> pd.DataFrame:
    """By item: code, checklist, text, points lost, times, vetoes; most points first.

    defects: DEFECTS rows; points as the version of each form says.
    """
    rows = []
    for row in defects.to_dict("records"):
        item = templates[(row["checklist"], row["checklist_version"])].sheet.by_code[row["item"]]
        count = None if pd.isna(row["defects"]) else int(row["defects"])
        answer = Answer(row["result"], count, bool(row["vetoed"]))
        lost = float(deducted(item, answer))
        rows.append((row["checklist"], row["item"], item.text, lost, 1, int(row["vetoed"])))
    names = ["checklist", "item", "text", "points", "times", "vetoes"]
    table = pd.DataFrame(rows, columns=pd.Index(names))
    if table.empty:
        return table
    found = table.groupby(["checklist", "item"], as_index=False).agg(
        text=("text", "last"),
        points=("points", "sum"),
        times=("times", "sum"),
        vetoes=("vetoes", "sum"),
    )
    order = ["points", "times", "item"]
    return found.sort_values(order, ascending=[False, False, True], ignore_index=True)


def pass_table(checked: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """met, counted, rate, low, high (0-1, Wilson at 95 %) by the columns named."""
    if by:
        table = checked.groupby(by, sort=True)[["met", "counted"]].sum().reset_index()
    else:
        table = checked[["met", "counted"]].sum().to_frame().T
    rate, low, high = wilson(table["met"], table["counted"])
    return table.assign(rate=rate, low=low, high=high)


def grade_rate(forms: pd.DataFrame, best: Mapping[tuple[str, int], str]) -> tuple[int, int]:
    """How many submitted forms reached the best grade of their scale, and how many there are.

    best: the best grade by checklist and version. A form on which nothing applied is left out.
    """
    done = forms[(forms["state"] == "submitted") & (forms["grade"] != "")]
    keys = zip(done["checklist"], done["checklist_version"], strict=True)
    top = [best.get(key) for key in keys]
    return int((done["grade"] == pd.Series(top, index=done.index)).sum()), len(done)
