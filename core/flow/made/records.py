"""Forecasts that were made: stored with their values, read back, held against what came."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError
from core.flow.effects import Event
from core.flow.making import VALUES, Product
from core.flow.rhythm import Freq
from core.flow.tables import ForecastMade, ForecastValue
from core.store.engine import Actor, Store
from core.store.tables import columns

_HEAD = (
    *("id", "stream", "department", "freq", "origin", "horizon", "backdated"),
    *("settings", "basis", "scores", "who", "at"),
)
_NUMBERS = ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95")


@dataclass(frozen=True)
class Label:
    """Of which series a forecast is, from where, how far."""

    stream: str
    department: str
    freq: Freq
    origin: int
    """The last day known, YYYYMMDD."""
    horizon: int
    backdated: bool = False


@dataclass(frozen=True)
class Made:
    """A stored forecast without its values."""

    id: int
    label: Label
    settings: dict[str, Any]
    """model, drivers, events: what was told with it."""
    basis: str
    scores: dict[str, Any] | None
    """None while its back-test is not done, {} where the past is too short for one."""
    who: str
    at: dt.datetime

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that were applied when it was made."""
        return tuple(Event(**one) for one in self.settings.get("events", ()))


def store_forecast(
    store: Store,
    actor: Actor,
    hospital_id: int,
    label: Label,
    made: tuple[Product, str, tuple[Event, ...]],
) -> int:
    """Keep a forecast (its product, basis and the events then in force); its id."""
    product, basis, events = made
    settings = {
        "model": product.model,
        "drivers": list(product.drivers),
        "events": [vars(event) for event in events],
        "levels": [80, 95],
    }
    with store.write(actor) as work:
        row = ForecastMade(
            hospital_id=hospital_id,
            **vars(label),
            settings=json.dumps(settings, ensure_ascii=False, sort_keys=True),
            basis=basis,
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        store.insert_many(
            work.connection,
            "forecast_value",
            ["hospital_id", "forecast_id", "span", "step", "time", *_NUMBERS, "naive"],
            [(hospital_id, row.id, *values) for values in _rows(product.rows)],
        )
        work.record("forecast.make", f"forecast:{row.id}", hospital_id, new=vars(label))
        return row.id


def _rows(values: pd.DataFrame) -> list[tuple[Any, ...]]:
    times = values["time"].dt.strftime("%Y%m%d%H").astype("int64")
    numbers = [values[name].astype(float) for name in _NUMBERS]
    naive = [None if pd.isna(one) else float(one) for one in values["naive"]]
    steps = (values["span"].astype(int), values["step"].astype(int))
    made = zip(*steps, times, *numbers, naive, strict=True)
    return [tuple(_plain(cell) for cell in row) for row in made]


def _plain(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") else cell


def store_scores(
    store: Store, actor: Actor, made_id: int, scores: Mapping[str, Any] | None
) -> None:
    """Keep what the back-test of a forecast found; None where the past was too short."""
    with store.write(actor) as work:
        row = work.session.get(ForecastMade, made_id, with_for_update=True)
        if row is None:
            raise ConflictError("E_CONFLICT", stored={})
        row.scores = json.dumps(dict(scores or {}), sort_keys=True)
        work.session.add(row)
        work.record("forecast.test", f"forecast:{made_id}", row.hospital_id, new=dict(scores or {}))


def forecasts(store: Store, hospital_id: int) -> tuple[Made, ...]:
    """Every stored forecast of a hospital, the newest first."""
    statement = (
        select(*columns(ForecastMade, *_HEAD))
        .where(col(ForecastMade.hospital_id) == hospital_id)
        .order_by(col(ForecastMade.id).desc())
    )
    with store.read() as connection:
        return tuple(_made(dict(row)) for row in connection.execute(statement).mappings())


def _made(row: dict[str, Any]) -> Made:
    label = Label(*(row[name] for name in vars(Label("", "", "D", 0, 0))))
    scores = json.loads(row["scores"]) if row["scores"] else None
    kept = {name: row[name] for name in ("id", "basis", "who", "at")}
    return Made(label=label, settings=json.loads(row["settings"]), scores=scores, **kept)


def values(store: Store, hospital_id: int, made_id: int) -> pd.DataFrame:
    """VALUES rows of a stored forecast, before events are applied; by span and step."""
    statement = (
        select(*columns(ForecastValue, *VALUES.columns))
        .where(
            col(ForecastValue.forecast_id) == made_id,
            col(ForecastValue.hospital_id) == hospital_id,
        )
        .order_by(col(ForecastValue.span), col(ForecastValue.step))
    )
    rows = store.frame(statement)
    rows["time"] = pd.to_datetime(rows["time"].astype(str), format="%Y%m%d%H")
    floats = dict.fromkeys((*_NUMBERS, "naive"), "float64")
    return VALUES.check(rows.astype(floats))
