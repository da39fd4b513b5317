"""The list of a month: what it is made of is read here, and joined in core.reports.signals.join."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.analysis import control, signals
from core.analysis import records as analysis_records
from core.analysis.data_quality import completeness
from core.analysis.machines.records import machine_use, register
from core.analysis.series import Series, all_series
from core.analysis.signals_charts import special_causes
from core.analysis.signals_data import missing_tables
from core.analysis.signals_groups import SETTLED, losing_groups
from core.analysis.signals_machines import full_machines, idle_machines, used
from core.analysis.signals_rare import rare_events
from core.analysis.signals_roster import Roster, missed_peaks
from core.analysis.signals_targets import judged, met, missed_targets
from core.analysis.tables import ChartRebase
from core.catalog.cube import Cube, cube_of
from core.catalog.model import Catalog
from core.catalog.needs import needed
from core.frames import ARRIVAL_WEEK, Scope
from core.hospital.history.tables import METADATA
from core.hospital.masters.records import disease_groups
from core.hospital.records import departments, facts, targets
from core.hospital.rollups.reads.records import arrival_week
from core.months import add_months, month_range
from core.planning.goals import records as planning_records
from core.planning.goals.actuals import lines, subjects_of
from core.planning.goals.tables import PlanGoal, StrategicPlan
from core.reports.signals.goals import in_force, lagging_goals
from core.reports.signals.join import joined
from core.store.engine import Store
from core.store.tables import columns

CHARTED, YEARS_TWO, YEAR = 36, 24, 12
_ROSTERS = Path(__file__).resolve().parents[3] / "data" / "hospital" / "rosters.toml"
Key = tuple[str, str]


def listed(
    store: Store, catalog: Catalog, scope: Scope, month: int, cube: Cube | None = None
) -> pd.DataFrame:
    """SIGNALS of the month, the most pressing first, those for the better last.

    cube: the scope's facts, where the caller holds them. A scope of some departments has their
    signals only.
    """
    first = add_months(month, 1 - CHARTED)
    cube = cube or facts_of(store, catalog, Scope(scope.hospital_id, first, month))
    hospital_id = scope.hospital_id
    parts = [missing_tables(_complete(store, hospital_id, month), month)]
    if month in cube.months:
        parts += _judged(store, hospital_id, (catalog, cube), month)
        parts += [
            losing_groups(_settled(store, hospital_id, month), month),
            *_machines(store, hospital_id, month),
            missed_peaks(_arrivals(store, hospital_id, month), rosters(), month),
        ]
        parts.append(_goals(store, hospital_id, (catalog, cube), month, parts))
    found = joined(parts)
    if scope.departments is None:
        return found
    return found[found["department"].isin(scope.departments)].reset_index(drop=True)


def _judged(
    store: Store, hospital_id: int, known: tuple[Catalog, Cube], month: int
) -> list[pd.DataFrame]:
    """What charts, years and targets say of the indicators in use."""
    catalog, cube = known
    first = max(min(cube.months), add_months(month, 1 - CHARTED))
    series = charted(catalog, cube, month_range(first, month))
    drawn = control.charts(catalog, series, _rules(store, hospital_id, catalog, series))
    in_force = targets(store, Scope(hospital_id, month, month))
    against = judged(catalog, cube, in_force, month)
    causes = special_causes(catalog, drawn, series, month, met(against, in_force, month))
    worse = causes[causes["direction"] == "worse"]
    special = set(zip(worse["subject"], worse["department"], strict=True))
    return [
        causes,
        rare_events(catalog, series, month),
        missed_targets(catalog, against, in_force, month, special),
    ]


def _goals(
    store: Store,
    hospital_id: int,
    known: tuple[Catalog, Cube],
    month: int,
    parts: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """What plans in force say of the month. parts: the rows that a goal may add a reason to."""
    catalog, cube = known
    spoken = {
        (row["subject"], row["department"])
        for part in parts
        for row in part[(part["reason"] != signals.YEAR) & (part["direction"] == "worse")][
            ["subject", "department"]
        ].to_dict("records")
    }
    found: dict[Key, signals.Found] = {}
    first = max(min(cube.months), add_months(month, 1 - CHARTED))
    for plan in planning_records.plans(store, hospital_id):
        if not in_force(plan, month):
            continue
        goals = planning_records.tree(store, (hospital_id, plan.id))
        subjects = subjects_of(catalog, goals)
        months = month_range(first, month)
        here = {one for one in subjects.values() if catalog.indicators[one[0]].in_use}
        read = lines(catalog, cube, here, months)
        others = set(subjects.values()) - here
        if others:  # the hospital plans by indicators that its pages do not show
            codes = {code for code, _ in others}
            own_cube = facts_of(store, catalog, Scope(hospital_id, first, month), codes)
            read |= lines(catalog, own_cube, others, months)
        own = {number: read[one] for number, one in subjects.items() if one in read}
        for one in lagging_goals(plan, goals, own, month, spoken):
            found.setdefault((one.subject, one.department), one)
    return signals.rows_of(found.values())


def facts_of(store: Store, catalog: Catalog, scope: Scope, wanted: Collection[str] = ()) -> Cube:
    """The facts that these indicators rest on; without any named, the indicators in use."""
    in_use = (code for code, indicator in catalog.indicators.items() if indicator.in_use)
    codes = sorted(wanted) if wanted else list(in_use)
    return cube_of(facts(store, scope, needed(catalog, codes)), catalog, departments(store, scope))


def subject_names(store: Store, scope: Scope) -> dict[str, tuple[str, str]]:
    """Names in Chinese and English of machines and disease groups, by subject."""
    parts = (
        ("machine", register(store, scope)),
        ("group", disease_groups(store, scope.hospital_id)),
    )
    return {
        f"{kind}:{row['code']}": (row["name_zh"], row["name_en"] or "")
        for kind, rows in parts
        for row in rows[["code", "name_zh", "name_en"]].to_dict("records")
    }


def rebased(store: Store, hospital_id: int) -> tuple[tuple[str, str, int], ...]:
    """Indicator, department and first month of limits that the hospital began anew."""
    statement = (
        select(*columns(ChartRebase, "indicator", "department", "month"))
        .where(col(ChartRebase.hospital_id) == hospital_id, ~col(ChartRebase.removed))
        .order_by(*columns(ChartRebase, "indicator", "department", "month"))
    )
    return tuple(store.frame(statement).itertuples(index=False, name=None))


def charted(catalog: Catalog, cube: Cube, months: tuple[int, ...]) -> dict[Key, Series]:
    """Series of the indicators in use that have a chart, of the hospital and its departments."""
    codes = [code for code, one in catalog.indicators.items() if one.in_use and one.chart != "none"]
    whole = all_series(catalog, codes, cube, months, "hospital")
    return whole | all_series(catalog, codes, cube, months, "department")


def rosters(path: Path = _ROSTERS) -> tuple[Roster, ...]:
    """The rosters that arrivals are held against."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Roster(
            one["stream"],
            one["weekday"]["start"],
            one["weekday"]["end"],
            one["source"],
            one["source_kind"],
        )
        for one in content["roster"]
    )


def planned(store: Store, hospital_id: int) -> tuple[tuple[int, int, int, int], ...]:
    """Plan and its version, goal and its version: what signals of plans depend on."""
    statement = (
        select(
            *columns(StrategicPlan, "id", "version"),
            col(PlanGoal.number),
            col(PlanGoal.version).label("goal_version"),
        )
        .join(PlanGoal, col(PlanGoal.plan_id) == col(StrategicPlan.id))
        .where(col(StrategicPlan.hospital_id) == hospital_id)
        .order_by(col(StrategicPlan.id), col(PlanGoal.number))
    )
    return tuple(store.frame(statement).itertuples(index=False, name=None))


def _rules(
    store: Store, hospital_id: int, catalog: Catalog, series: dict[Key, Series]
) -> dict[Key, control.ChartRule]:
    """Charts whose limits begin anew, as the hospital decided."""
    starts: dict[Key, list[int]] = {}
    for code, place, month in rebased(store, hospital_id):
        starts.setdefault((code, place), []).append(month)
    return {
        key: control.ChartRule(
            control.direction_of(catalog.indicators[key[0]]), starts=tuple(months)
        )
        for key, months in starts.items()
        if key in series
    }


def _complete(store: Store, hospital_id: int, month: int) -> pd.DataFrame:
    """COMPLETENESS of the twelve months to this one."""
    scope = Scope(hospital_id, add_months(month, -YEARS_TWO), month)
    presence = analysis_records.presence(store, scope)
    own = departments(store, scope)
    ends = zip(own["opened"], own["closed"], strict=True)
    return completeness(presence, dict(zip(own["department"], ends, strict=True)), month)


def _settled(store: Store, hospital_id: int, month: int) -> pd.DataFrame:
    """SETTLED rows of 24 months."""
    rollup = METADATA.tables["rollup_case"]
    keys = [rollup.c.month, rollup.c.department, rollup.c.disease_group]
    statement = (
        select(
            *keys,
            func.sum(rollup.c.settled_cases).label("cases"),
            func.sum(rollup.c.settlement_fen).label("settlement"),
            func.sum(rollup.c.settled_charge_fen).label("charge"),
        )
        .where(
            rollup.c.hospital_id == hospital_id,
            rollup.c.month.between(add_months(month, 1 - YEARS_TWO), month),
            rollup.c.disease_group != "",
            rollup.c.settled_cases > 0,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    rows = store.frame(statement)
    return SETTLED.check(rows.astype(dict.fromkeys(("cases", "settlement", "charge"), "float64")))


def _machines(store: Store, hospital_id: int, month: int) -> list[pd.DataFrame]:
    scope = Scope(hospital_id, add_months(month, 1 - YEARS_TWO), month)
    rows = used(register(store, scope), machine_use(store, scope))
    return [idle_machines(rows, month), full_machines(rows, month)]


def _arrivals(store: Store, hospital_id: int, month: int) -> pd.DataFrame:
    scope = Scope(hospital_id, add_months(month, 1 - YEAR), month)
    return ARRIVAL_WEEK.check(arrival_week(store, scope, "emergency"))
