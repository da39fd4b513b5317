"""A root cause analysis: its lines, and what it must hold before it is finished.

Source: checklists.yaml rca; action strength after VA/RCA2 (待核对).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.control.incidents.definitions import Definitions
from core.errors import DataError

TIMELINE, BONE, CAUSE, WHY, MEASURE = SECTIONS = ("timeline", "bone", "cause", "why", "measure")
FIELDS: Mapping[str, tuple[str, ...]] = {
    TIMELINE: ("at", "role", "fact", "source", "deviation"),
    BONE: ("bone", "text"),
    CAUSE: ("kind", "because", "likelier", "so"),
    WHY: ("cause", "text", "evidence", "depth"),
    MEASURE: ("cause", "measure", "text", "department"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    TIMELINE: ("at", "fact"),
    BONE: ("bone", "text"),
    CAUSE: ("kind", "because", "likelier", "so"),
    WHY: ("cause", "text", "depth"),
    MEASURE: ("cause", "measure", "text"),
}
CAUSE_KINDS = ("root", "contributing", "direct")
LONGEST, MOST_WHYS, MOST_LINES = 400, 5, 200
FEWEST_FACTS, FEWEST_PEOPLE = 2, 2


@dataclass(frozen=True)
class Line:
    """One line of an analysis. content: FIELDS of its section, texts and codes."""

    id: int
    section: str
    content: Mapping[str, str]
    version: int = 1


@dataclass(frozen=True)
class Check:
    """Something that a finished analysis keeps."""

    code: str
    kept: bool
    lines: tuple[int, ...] = ()
    """Ids of the lines that lack it."""


def checked_line(
    section: str, content: Mapping[str, str], definitions: Definitions
) -> dict[str, str]:
    """The line's fields, stripped. DataError E_ANALYSIS_LINE for what is missing or too long."""
    if section not in FIELDS:
        raise ValueError(section)
    told = {name: str(content.get(name, "")).strip() for name in FIELDS[section]}
    lacking = [name for name in NEEDED[section] if not told[name]]
    if lacking or any(len(text) > LONGEST for text in told.values()):
        raise DataError("E_ANALYSIS_LINE", most=LONGEST)
    offered = {
        "bone": {one.code for one in definitions.bones},
        "depth": {one.code for one in definitions.depths},
        "measure": {one.code for one in definitions.measures},
        "kind": set(CAUSE_KINDS),
    }
    if any(told[name] not in codes for name, codes in offered.items() if name in told):
        raise DataError("E_INCIDENT_CHOICE")
    return told


def of_section(lines: Sequence[Line], section: str) -> list[Line]:
    """The lines of a section in their order; the timeline by its times."""
    found = [line for line in lines if line.section == section]
    return sorted(found, key=_when) if section == TIMELINE else found


def _when(line: Line) -> tuple[list[int], str]:
    """By the numbers of a time as typed: 9:05 before 14:20."""
    said = line.content["at"]
    return [int(part[:9]) for part in re.findall(r"\d+", said)], said


def of_cause(lines: Sequence[Line], section: str, cause: int) -> list[Line]:
    """Whys or measures of a cause."""
    return [one for one in of_section(lines, section) if one.content["cause"] == str(cause)]


def checks(
    lines: Sequence[Line], team: Sequence[str], definitions: Definitions
) -> tuple[Check, ...]:
    """What must hold before an analysis is finished, in the order in which it is worked on.

    Every root cause has a chain of whys, each with evidence, that ends at a procedure or at the
    system, and a measure of medium strength or more; and one strong measure over all.
    """
    causes = of_section(lines, CAUSE)
    roots = [one for one in causes if one.content["kind"] == "root"]
    whys = of_section(lines, WHY)
    strengths = {
        one.id: definitions.strength(one.content["measure"]) for one in of_section(lines, MEASURE)
    }
    bare = [one.id for one in whys if not one.content["evidence"]]
    shallow = [one.id for one in roots if not _ends_deep(lines, one.id, definitions)]
    weak = [
        one.id
        for one in roots
        if not any(
            strengths[measure.id] in ("strong", "medium")
            for measure in of_cause(lines, MEASURE, one.id)
        )
    ]
    return (
        Check("team", len(set(team)) >= FEWEST_PEOPLE),
        Check("timeline", len(of_section(lines, TIMELINE)) >= FEWEST_FACTS),
        Check("bones", bool(of_section(lines, BONE))),
        Check("roots", bool(roots)),
        Check("evidence", bool(whys) and not bare, tuple(bare)),
        Check("deep", bool(roots) and not shallow, tuple(shallow)),
        Check("each", bool(roots) and not weak, tuple(weak)),
        Check("strong", "strong" in strengths.values()),
    )


def check_finish(lines: Sequence[Line], team: Sequence[str], definitions: Definitions) -> None:
    """DataError E_ANALYSIS_FINISH where something is missing."""
    if not all(one.kept for one in checks(lines, team, definitions)):
        raise DataError("E_ANALYSIS_FINISH")


def _ends_deep(lines: Sequence[Line], cause: int, definitions: Definitions) -> bool:
    chain = of_cause(lines, WHY, cause)
    return bool(chain) and definitions.is_deep(chain[-1].content["depth"])
