"""Indicators that an office reports, as no fact table holds what they are made of."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER

WHOLE_HOSPITAL = ""
COLUMNS = (
    "month", "dept_code", "indicator_code", "value", "numerator", "denominator", "remark",
)  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reporting(_Model):
    """How one indicator is reported; data/demo/reported.toml says what each key means."""

    code: str
    value: float | None = None
    yearly: float = 0.0
    scatter: float = 0.0
    decimals: int = 0
    annual: float | None = None
    amount_yuan: float | None = None
    driver: str = ""
    of_departments: list[str] = []
    share_pct: float | None = None
    remark: str = ""


class ReportedParameters(_Model):
    kind: str
    indicator: list[Reporting]


@cache
def reported_parameters() -> ReportedParameters:
    """data/demo/reported.toml, validated."""
    text = (FOLDER / "reported.toml").read_text(encoding="utf-8")
    return ReportedParameters.model_validate(tomllib.loads(text))


def reported_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of reported values: every indicator in every month.

    Department '' is the whole hospital. A value or both sides of a ratio, never all three.
    """
    generator = drawn.stream("reported")
    pieces = [
        _counted(drawn, one, generator) if one.driver else _stated(drawn, one, generator)
        for one in reported_parameters().indicator
    ]
    frame = pd.concat(pieces, ignore_index=True)
    order = ["month", "dept_code", "indicator_code"]
    return frame[list(COLUMNS)].sort_values(order, ignore_index=True)


def _stated(drawn: Drawn, one: Reporting, generator: np.random.Generator) -> pd.DataFrame:
    """Values of the hospital month by month."""
    count = len(drawn.reported)
    if one.annual is not None:
        values = generator.poisson(one.annual / 12, count).astype(float)
    elif one.amount_yuan is not None:
        values = np.round(one.amount_yuan * generator.gamma(4, 1 / 4, count), 0)
    else:
        years = (np.arange(count) - (count - 6.5)) / 12
        level = (one.value or 0.0) + one.yearly * years
        values = np.round(level + generator.normal(0, one.scatter, count), one.decimals)
    return _frame(drawn.reported, WHOLE_HOSPITAL, one, {"value": values})


def _counted(drawn: Drawn, one: Reporting, generator: np.random.Generator) -> pd.DataFrame:
    """People over people, from the drivers of the month."""
    rows = drawn.tables["driver"]
    staff = rows[rows["driver_code"] == one.driver].pivot_table(
        index="month", columns="dept_code", values="value"
    )
    if one.share_pct is None:
        sides = {"numerator": staff[one.of_departments].sum(axis=1).to_numpy()}
        sides["denominator"] = staff.sum(axis=1).to_numpy()
        return _frame(drawn.reported, WHOLE_HOSPITAL, one, sides)
    staff = staff.loc[:, (staff > 0).all()]
    bottom = staff.to_numpy().astype(np.int64)
    # One level for good: who is senior this month is so next month.
    top = np.rint(bottom * generator.beta(12, 12 * (100 / one.share_pct - 1), bottom.shape[1]))
    pieces = [
        _frame(drawn.reported, str(code), one, {"numerator": top[:, at], "denominator": own})
        for at, (code, own) in enumerate(zip(staff.columns, bottom.T, strict=True))
    ]
    whole = {"numerator": top.sum(axis=1), "denominator": bottom.sum(axis=1)}
    return pd.concat([_frame(drawn.reported, WHOLE_HOSPITAL, one, whole), *pieces])


def _frame(
    months: tuple[int, ...], department: str, one: Reporting, columns: dict[str, np.ndarray]
) -> pd.DataFrame:
    frame = pd.DataFrame({"month": np.array(months, dtype=np.int64)})
    frame["dept_code"], frame["indicator_code"] = department, one.code
    for name in ("value", "numerator", "denominator"):
        frame[name] = np.asarray(columns.get(name, np.nan), dtype=float)
    frame["remark"] = one.remark
    return frame
