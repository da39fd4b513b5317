"""Stocks by department and class of goods; what is issued is what cost was booked.

Drugs issued are the drug cost; high-value goods, low-value goods and reagents together are the
cost of consumables, department by department and month by month. Office goods lie within other
operating cost.
"""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER
from core.months import days_in_month

FEN = 100
MATERIAL, DRUG = "A02", "A03"
LOSS_CHANCE = 0.25
"""In how many months a department finds something expired or missing (assumption)."""
STOCK_SCATTER = 0.06
COLUMNS = (
    "month", "dept_code", "class", "stock", "issued", "expired", "written_off", "issued_items",
    "lost_items", "remark",
)  # fmt: skip
Issues = dict[tuple[str, str], np.ndarray]
"""(department, class) -> 分 by month."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Goods(_Model):
    """How a class of goods is stocked and lost in the most recent year."""

    turnover_days: float
    yearly_pct: float
    expired_pct: float
    written_off_pct: float
    unit_yuan: float
    lost_permille: float | None = None


class Office(_Model):
    yuan_per_head: float
    yearly_pct: float


class MaterialParameters(_Model):
    kind: str
    high_value_pct: dict[str, float]
    reagent_pct: dict[str, float]
    goods: dict[str, Goods]
    office: Office


@cache
def material_parameters() -> MaterialParameters:
    """data/demo/materials.toml, validated."""
    text = (FOLDER / "materials.toml").read_text(encoding="utf-8")
    return MaterialParameters.model_validate(tomllib.loads(text))


def material_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of materials."""
    given, generator = material_parameters(), drawn.stream("material")
    issues = _issues(drawn, given)
    keys = sorted(issues)
    issued = np.stack([issues[key] for key in keys])
    classes = [name for _, name in keys]
    columns = _stocked(given, drawn.reported, classes, issued, generator)
    row, month = np.nonzero(issued)
    frame = pd.DataFrame({name: values[row, month] for name, values in columns.items()})
    counted = np.array([given.goods[name].lost_permille is not None for name in classes])[row]
    frame["lost_items"] = frame["lost_items"].astype("Int64").where(counted)
    frame["issued_items"] = frame["issued_items"].astype("Int64")
    frame["month"] = np.array(drawn.reported)[month]
    frame["dept_code"] = [keys[at][0] for at in row]
    frame["class"] = [classes[at] for at in row]
    frame["remark"] = ""
    order = ["month", "dept_code", "class"]
    return frame[list(COLUMNS)].sort_values(order, ignore_index=True)


def _issues(drawn: Drawn, given: MaterialParameters) -> Issues:
    booked = _booked(drawn)
    charged = _charged(drawn)
    found: Issues = {}
    for (code, item), amounts in booked.items():
        if item == DRUG:
            found[code, "drug"] = amounts
            continue
        sold = np.minimum(charged.get(code, np.zeros_like(amounts)), amounts)
        dear = given.high_value_pct.get(code, given.high_value_pct["default"]) / 100
        tests = given.reagent_pct.get(code, 0.0) / 100
        found[code, "high_value"] = np.rint(sold * dear).astype(np.int64)
        found[code, "reagent"] = np.rint((amounts - sold) * tests).astype(np.int64)
        found[code, "low_value"] = amounts - found[code, "high_value"] - found[code, "reagent"]
    return found | _office(drawn, given.office)


def _office(drawn: Drawn, office: Office) -> Issues:
    rows = drawn.tables["driver"]
    staff = rows[rows["driver_code"] == "HC"].pivot_table(
        index="month", columns="dept_code", values="value"
    )
    level = (1 + office.yearly_pct / 100) ** _years(len(staff))
    fen = np.rint(staff.to_numpy() * level[:, None] * office.yuan_per_head * FEN)
    return {
        (str(code), "office"): fen[:, position].astype(np.int64)
        for position, code in enumerate(staff.columns)
    }


def _booked(drawn: Drawn) -> Issues:
    """分 by month of consumables and drugs, by (department, cost item)."""
    rows = drawn.tables["direct_cost"]
    rows = rows[rows["element_code"].isin([MATERIAL, DRUG])]
    return _monthly(rows, ["dept_code", "element_code"], drawn.reported)


def _charged(drawn: Drawn) -> dict[str, np.ndarray]:
    """分 by month of consumables charged apart, by the department that ordered."""
    rows = drawn.tables["income"]
    rows = rows[rows["category"] == "material"]
    return _monthly(rows, ["ordering_code"], drawn.reported)


def _monthly(rows: pd.DataFrame, keys: list[str], months: tuple[int, ...]) -> dict:
    table = rows.pivot_table(index="month", columns=keys, values="amount", aggfunc="sum")
    table = table.reindex(months).fillna(0).astype(np.int64)
    return {key: table[key].to_numpy() for key in table.columns}


def _years(count: int) -> np.ndarray:
    """Years from the middle of the most recent twelve months to each month."""
    return (np.arange(count) - (count - 6.5)) / 12


def _stocked(
    given: MaterialParameters,
    months: tuple[int, ...],
    classes: list[str],
    issued: np.ndarray,
    generator: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Stock, losses and pieces [row, month] that go with what was issued."""
    goods = [given.goods[name] for name in classes]

    def of(name: str) -> np.ndarray:
        return np.array([[getattr(one, name) or 0.0] for one in goods])

    lengths = np.array([days_in_month(month) for month in months])
    trend = (1 + of("yearly_pct") / 100) ** _years(len(months))[None]
    noise = np.exp(generator.normal(0, STOCK_SCATTER, issued.shape))
    stock = _smoothed(issued / lengths) * of("turnover_days") * trend * noise
    pieces = np.ceil(issued / (of("unit_yuan") * FEN))
    return {
        "stock": np.rint(stock).astype(np.int64),
        "issued": issued,
        "expired": _lost(issued * of("expired_pct") / 100 * trend, generator),
        "written_off": _lost(issued * of("written_off_pct") / 100, generator),
        "issued_items": pieces.astype(np.int64),
        "lost_items": generator.poisson(pieces * of("lost_permille") / 1000 * trend**2),
    }


def _smoothed(daily: np.ndarray) -> np.ndarray:
    """The mean of a month and its neighbours: stock follows use slowly."""
    padded = np.pad(daily, ((0, 0), (1, 1)), mode="edge")
    return (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3


def _lost(expected: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """分 lost: nothing in most months, several months' worth in some."""
    found = generator.random(expected.shape) < LOSS_CHANCE
    size = generator.gamma(4, 1 / 4, expected.shape)
    return np.rint(expected / LOSS_CHANCE * size * found).astype(np.int64)
