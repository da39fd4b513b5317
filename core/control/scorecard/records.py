"""Weights of scorecards and of the monthly assessment: every change is a version with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.control.inspections.tables import ControlWeight
from core.control.scorecard.rules import ASSESSMENT, SCORECARD, Rules, weights_of, with_weights
from core.errors import ConflictError, DataError
from core.frames import Frame
from core.store.engine import Actor, Store
from core.store.tables import columns

LONGEST_REASON = 300
WEIGHTS = Frame(
    "weights",
    {
        "kind": "scorecard | assessment",
        "number": "1 is the first edit",
        "content": "JSON: numbers by name",
        "reason": "text",
        "who": "text",
        "at": "UTC",
    },
    key=("kind", "number"),
)


def weights(store: Store, hospital_id: int) -> pd.DataFrame:
    """WEIGHTS of a hospital, the newest first within each kind."""
    rows = store.frame(
        select(*columns(ControlWeight, *WEIGHTS.columns))
        .where(col(ControlWeight.hospital_id) == hospital_id)
        .order_by(col(ControlWeight.kind), col(ControlWeight.number).desc())
    )
    return WEIGHTS.check(rows)


def rules_with(rows: pd.DataFrame, shipped: Rules) -> tuple[Rules, dict[str, int]]:
    """The rules with the newest weights, and the version of each kind; 0 is the shipped one."""
    rules, versions = shipped, {SCORECARD: 0, ASSESSMENT: 0}
    for row in rows.drop_duplicates("kind").to_dict("records"):
        rules = with_weights(rules, row["kind"], json.loads(row["content"]))
        versions[row["kind"]] = int(row["number"])
    return rules, versions


def save_weights(
    store: Store,
    actor: Actor,
    hospital_id: int,
    kind: str,
    change: tuple[Rules, Mapping[str, float], str, int],
) -> int:
    """Add a version; its number. change: the rules as they were seen, the numbers, why, version.

    DataError E_WEIGHT_REASON without a reason, E_WEIGHT, E_WEIGHT_SAME; ConflictError E_CONFLICT
    when somebody else saved first.
    """
    rules, numbers, reason, seen = change
    told = " ".join(reason.split())
    if not told or len(told) > LONGEST_REASON:
        raise DataError("E_WEIGHT_REASON", most=LONGEST_REASON)
    old, new = weights_of(rules, kind), weights_of(with_weights(rules, kind, numbers), kind)
    if old == new:
        raise DataError("E_WEIGHT_SAME")
    with store.write(actor) as work:
        newest = work.session.scalars(
            select(func.max(col(ControlWeight.number))).where(
                col(ControlWeight.hospital_id) == hospital_id, col(ControlWeight.kind) == kind
            )
        ).one()
        if (newest or 0) != seen:
            raise ConflictError("E_CONFLICT", stored={"version": newest})
        row = ControlWeight(
            hospital_id=hospital_id,
            kind=kind,
            number=seen + 1,
            content=json.dumps(new, sort_keys=True),
            reason=told,
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(row)
        work.record("weights.save", f"weights:{kind}", hospital_id, old, new | {"reason": told})
    return seen + 1
