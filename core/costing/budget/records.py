"""Reads of the budget: plan, what stands against it, and volumes, of every month in the store.

The budget of months that are still to come is read too: the year's budget is made of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import select

from core.catalog.cube import Cube, cube_of
from core.catalog.model import Catalog
from core.catalog.needs import needed
from core.costing.budget.execution import Array, Facts
from core.costing.budget.lines import LINES, Settings
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.hospital.records import departments, facts
from core.store.engine import Store

YEAR = 100


def budget_facts(store: Store, scope: Scope, catalog: Catalog, settings: Settings) -> Facts:
    """Facts of the scope's months, a year before them and to the end of their last year."""
    wide = Scope(
        scope.hospital_id, scope.first - YEAR, scope.last // 100 * 100 + 12, scope.departments
    )
    volumes = {one.code: one.measures for one in settings.volumes}
    asked = [*LINES, *LINES.values(), *(name for names in volumes.values() for name in names)]
    own = departments(store, wide)
    cube = cube_of(facts(store, wide, needed(catalog, asked)), catalog, own)
    return Facts(
        months=cube.months,
        departments=cube.departments,
        plan=_of(cube, LINES),
        done=_of(cube, LINES.values()),
        volumes={code: _volume(cube, names) for code, names in volumes.items()},
        categories=dict(zip(cube.departments, cube.categories, strict=True)),
    )


def _of(cube: Cube, measures: Iterable[str]) -> Array:
    places = [cube.measures.index(name) for name in measures]
    return cube.values[:, :, places].copy()  # noqa: PD011


def _volume(cube: Cube, names: tuple[str, ...]) -> Array:
    """Measures added up; missing where none of them is known."""
    each = _of(cube, names)
    return np.where(np.isnan(each).all(axis=2), np.nan, np.nansum(each, axis=2))


def planned(store: Store, scope: Scope) -> pd.DataFrame:
    """Rows of the budget itself: month, department, line, amount_fen; future months too."""
    rows = METADATA.tables["budget"]
    statement = (
        select(rows.c.month, rows.c.department, rows.c.line, rows.c.amount_fen)
        .where(rows.c.hospital_id == scope.hospital_id)
        .where(rows.c.month.between(scope.first, scope.last))
        .order_by(rows.c.month, rows.c.department, rows.c.line)
    )
    return store.frame(statement).astype({"month": "int64", "amount_fen": "int64"})


def ledger(
    store: Store, scope: Scope, months: tuple[int, ...], place: tuple[str, str]
) -> pd.DataFrame:
    """Imported cost rows behind a department and line: month, item, unit, amount_fen, batch_id."""
    cost, item = METADATA.tables["direct_cost"], METADATA.tables["cost_item"]
    joined = cost.join(
        item, (item.c.hospital_id == cost.c.hospital_id) & (item.c.code == cost.c.element)
    )
    columns = (cost.c.month, item.c.code.label("item"), cost.c.unit, cost.c.amount_fen)
    statement = (
        select(*columns, cost.c.batch_id)
        .select_from(joined)
        .where(cost.c.hospital_id == scope.hospital_id, cost.c.month.in_(months))
        .where(cost.c.department == place[0], item.c.kind == place[1])
        .order_by(cost.c.month, cost.c.element, cost.c.unit)
    )
    return store.frame(statement).astype({"amount_fen": "int64"})
