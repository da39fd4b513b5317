"""Below and beside the department: campuses, disease groups, machines, groups of staff.

An indicator can be read at a level when everything it is made of is kept there: from the cases by
disease group, from the use of machines by machine. Campuses are read as hospitals of their own:
tops and bottoms of their departments are added up, then divided. Groups of staff share out the
head count and nothing else: the facts hold how many there are of each, not what each did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.analysis.equipment import MACHINE_USE, MACHINES
from core.catalog.cube import Array, Cube
from core.catalog.evaluate import evaluate
from core.catalog.model import Catalog, Indicator, Measure, measures_in

SHOWN = ("hospital", "campus", "category", "department", "disease_group", "machine", "staff_group")
"""Levels in the order in which a person goes down."""
INSIDE = ("disease_group", "machine", "staff_group")
"""Levels of which a department has members: a cube of its own each."""
HEADS, OTHER = "headcount", "other"
STAFF = ("physicians", "nurses", "technicians", "pharmacists")
"""Groups of staff whose numbers are measures; the rest of the head count is OTHER."""
BEHIND = {
    "OP001": ("disease_group", "QA055"),
    "OP003": ("disease_group", "QA055"),
    "OP004": ("disease_group", "QA055"),
    "OP019": ("disease_group", "OP047"),
    "OP028": ("machine", "OP025"),
    "FN001": ("disease_group", "FN048"),
    "FN002": ("disease_group", "QA054"),
    "FN003": ("disease_group", "QA054"),
    "FN005": ("disease_group", "QA054"),
    "FN022": ("disease_group", "FN033"),
    "QA059": ("disease_group", "QA056"),
}
"""Where an indicator is kept by department only: what tells the same story below it."""
_DAYS = {"hours_open": "open_hours_per_day", "capacity": "capacity_per_day"}


def levels_of(catalog: Catalog, indicator: Indicator) -> tuple[str, ...]:
    """The levels at which the indicator has a value, the whole first."""
    found = [level for level in ("hospital", "department") if level in indicator.grain]
    kind = indicator.formula.kind
    if "department" in indicator.grain:
        found += ["category"]
    if "hospital" in indicator.grain and kind != "reported":
        found += ["campus"]
    measures = [catalog.measures[term.measure] for term in measures_in(indicator.formula)]
    if measures and all(measure.by_disease_group for measure in measures):
        found += ["disease_group"]
    if measures and all(measure.source.table == "machine_use" for measure in measures):
        found += ["machine"]
    if measures and {measure.code for measure in measures} == {HEADS} and kind == "total":
        found += ["staff_group"]
    return tuple(level for level in SHOWN if level in found)


def below(catalog: Catalog, code: str) -> tuple[str, str]:
    """Level and indicator that show what is behind one in a department; ('', '') for none."""
    for level in INSIDE:
        if level in levels_of(catalog, catalog.find(code)):
            return level, code
    return BEHIND.get(code, ("", ""))


def read_as(catalog: Catalog, code: str, level: str) -> Catalog:
    """The catalogue with this indicator read at a level that its measures have, and as a whole."""
    indicator = catalog.find(code)
    wanted = {"hospital", level} & {"hospital", "disease_group"}
    if level == "department" or wanted <= set(indicator.grain):
        return catalog
    grain = (*indicator.grain, *sorted(wanted - set(indicator.grain)))
    opened = indicator.model_copy(update={"grain": grain})
    return replace(catalog, indicators={**catalog.indicators, indicator.code: opened})


def machine_cube(
    catalog: Catalog, machines: tuple[pd.DataFrame, pd.DataFrame], cube: Cube, department: str = ""
) -> Cube:
    """A cube whose members are machines, of the hospital or of one department.

    machines: MACHINES and MACHINE_USE rows. A measure of one kind of machine, or of those that do
    not stand by for emergencies, is missing for the others.
    """
    register, use = MACHINES.check(machines[0]), MACHINE_USE.check(machines[1])
    if department:
        register = register[register["department"] == department]
    codes = tuple(sorted(register["code"]))
    rows = use[use["machine"].isin(codes) & use["month"].isin(cube.months)]
    rows = rows.merge(register, left_on="machine", right_on="code", how="left")
    months = pd.Index(cube.months).get_indexer(pd.Index(rows["month"]))
    members = pd.Index(codes).get_indexer(pd.Index(rows["machine"]))
    values = np.full((len(cube.months), len(codes), len(cube.measures)), np.nan)
    for place, measure in enumerate(catalog.measures.values()):
        if measure.source.table == "machine_use":
            values[months, members, place] = _counted(measure, rows)
    values.setflags(write=False)
    return Cube(
        cube.months,
        codes,
        cube.measures,
        values,
        ("",) * len(codes),
        (True,) * len(codes),
        np.full((len(cube.months), len(cube.measures)), np.nan),
        np.zeros((*values.shape[:2], 0), dtype=bool),
        "machine",
    )


def _counted(measure: Measure, rows: pd.DataFrame) -> Array:
    """What each row adds to the measure; NaN where it is no such machine, or nobody stated it."""
    column = measure.source.column
    if column in _DAYS:
        counted = rows["days_due"].to_numpy(float) * rows[_DAYS[column]].to_numpy(float)
    elif column == "minutes":
        counted = rows["examinations"].to_numpy(float) * rows["minutes_per_exam"].to_numpy(float)
    else:
        counted = rows[column].to_numpy(float)
    inside = np.ones(len(rows), dtype=bool)
    for name, wanted in measure.source.where.items():
        own = rows["emergency_reserve"].map({True: "yes", False: "no"})
        inside &= (rows["kind"] == wanted if name == "kind" else own == wanted).to_numpy()
    return np.where(inside, counted, np.nan)


def staff_cube(cube: Cube, department: str = "") -> Cube:
    """A cube whose members are the groups of STAFF and OTHER, with their number as head count.

    Of the hospital or of one department. OTHER is the head count less the groups that are stated;
    missing where that is below zero, or nobody in the hospital states groups that month. Without
    a head count no group has a number. The whole stays the head count as stated: what the groups
    leave over or exceed it by names none of them.
    """
    asked = cube.restrict({department}) if department else cube
    roles, place = [cube.measures.index(role) for role in STAFF], cube.measures.index(HEADS)
    summed, grouped = _together(asked), ~np.isnan(_together(cube)[:, roles]).all(axis=1)
    heads = summed[:, place]
    own = np.where(np.isnan(heads)[:, None], np.nan, summed[:, roles])
    rest = heads - np.nansum(own, axis=1)
    rest = np.where(grouped & (rest >= 0), rest, np.nan)
    members = np.column_stack([own, rest])
    values = np.full((len(cube.months), len(STAFF) + 1, len(cube.measures)), np.nan)
    values[:, :, place] = members
    whole = np.full((len(cube.months), len(cube.measures)), np.nan)
    left = heads - np.nansum(members, axis=1)
    whole[:, place] = np.where(left == 0, np.nan, left)
    for array in (values, whole):
        array.setflags(write=False)
    codes = (*STAFF, OTHER)
    return Cube(
        cube.months,
        codes,
        cube.measures,
        values,
        ("",) * len(codes),
        (True,) * len(codes),
        whole,
        np.zeros((*values.shape[:2], 0), dtype=bool),
        "staff_group",
    )


def _together(cube: Cube) -> Array:
    """[month, measure] of all departments and of what names none; NaN where nobody stated it."""
    every = np.concatenate((cube.values, cube.whole[:, None, :]), axis=1)  # noqa: PD011
    return np.where(np.isnan(every).all(axis=1), np.nan, np.nansum(every, axis=1))


def campus_values(
    catalog: Catalog,
    codes: Sequence[str],
    cube: Cube,
    periods: Mapping[str, tuple[int, ...]],
    campuses: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """VALUES with a campus in `department`; campuses: the departments of each.

    What names no department of the hospital belongs to no campus.
    """
    frames = []
    for campus, departments in campuses.items():
        own = cube.restrict(departments)
        rows = evaluate(catalog, codes, own, periods, "hospital")
        frames.append(rows.assign(department=campus))
    return pd.concat(frames, ignore_index=True)
