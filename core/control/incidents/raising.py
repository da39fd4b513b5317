"""What an analysis hands on: a measure as an improvement action, its origin carried along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.control.actions.model import LONGEST_TITLE, Draft, Origin
from core.control.incidents.analysis import Line
from core.control.incidents.grading import SEVERE
from core.words import t


def sentence(cause: Line) -> str:
    """由于……，增加了……的可能性，导致……: a cause as people read it."""
    told = cause.content
    return t(
        "incidents.cause.sentence",
        because=told["because"],
        likelier=told["likelier"],
        so=told["so"],
    )


def draft_of(analysis_id: int, event: Mapping[Any, Any], cause: Line, measure: Line) -> Draft:
    """The improvement action of a measure.

    event: id, department, grade. Its origin is the analysis and this line of it; the codes lead
    back to the page.
    """
    told = measure.content
    return Draft(
        title=told["text"][:LONGEST_TITLE],
        department=told["department"] or str(event["department"]),
        origin=Origin(
            "rca",
            f"{analysis_id}:{measure.id}",
            {"page": "control/incidents", "incident": int(event["id"]), "part": "rca"},
        ),
        severity="serious" if 0 < int(event["grade"]) <= SEVERE else "ordinary",
        problem=sentence(cause),
        expected=told["text"],
    )
