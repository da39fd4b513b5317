"""What a change is made of: parts that add up to it, to the last digit.

A ratio moves because members' own ratios move (rate) or because the mix of members does (mix);
or, seen from its two sides, because its top or its bottom moves (top, bottom). An amount moves
with its members' amounts (amount); money with price, volume and mix where a volume is named.
Each effect is taken at the mean of both ends (rate, mix, top, bottom), so that neither period is
the base; price, volume and mix start from the earlier one, as accountants do. Effects are in the
indicator's unit. Members without figures in both periods are left out; one that has them in a
single period counts with nothing in the other. What belongs to no member (figures of the hospital
as a whole, a top whose bottom was not reported) stands in a part of its own, ''.

Sources: midpoint (Marshall-Edgeworth) split of a difference of weighted means, as Kitagawa,
Components of a Difference Between Two Rates (1955); price-volume-mix as in managerial accounting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalog.cube import Array, Cube
from core.catalog.evaluate import evaluate, measure_values
from core.catalog.formulas import Formulas
from core.catalog.model import Applies, Catalog, Indicator
from core.catalog.sums import Sums, groups_of
from core.errors import DataError

EFFECTS = {
    "ratio": ("rate", "mix"),
    "amount": ("amount",),
    "money": ("price", "volume", "mix"),
    "sides": ("effect",),
    "target": ("distance",),
}
TOP, BOTTOM = "top", "bottom"
_SLACK = 1e-9
"""Relative: what is left over by less is rounding."""


@dataclass(frozen=True, eq=False)
class Explained:
    """A change and its parts.

    parts: part, before, after, one column an effect, total; the totals add up to `change`, largest
    first. before and after are a member's own values in the indicator's unit, NaN where it has
    none; of sides and of money they are sums of the measure (money in 分).
    """

    indicator: str
    before: float
    after: float
    effects: tuple[str, ...]
    parts: pd.DataFrame

    @property
    def change(self) -> float:
        return self.after - self.before

    def summed(self) -> Mapping[str, float]:
        """Each effect over all parts."""
        return {name: float(self.parts[name].sum()) for name in self.effects}


def explain(
    catalog: Catalog,
    code: str,
    cube: Cube,
    before: Sequence[int],
    after: Sequence[int],
) -> Explained:
    """The change of the whole between two sets of months, by member of the cube.

    The whole is what the cube holds: the hospital's departments, one department alone, disease
    groups or machines. DataError E_EXPLAIN_KIND for an indicator that is no sum or quotient of
    sums, E_EXPLAIN_MISSING when it has no value in one of the periods.
    """
    indicator = _splittable(catalog, code)
    whole, own = _both(catalog, indicator, cube, before, after)
    members = _members(whole, own)
    ends = whole["value0"], whole["value1"]
    if _is_ratio(indicator):
        parts = _ratio_parts(members, whole, indicator)
        return Explained(indicator.code, *ends, EFFECTS["ratio"], _ranked(parts))
    per = _per(indicator)
    parts = members.assign(
        before=members["top0"] * per,
        after=members["top1"] * per,
        amount=(members["top1"] - members["top0"]) * per,
    )
    return Explained(indicator.code, *ends, EFFECTS["amount"], _ranked(parts, ("amount",)))


def explain_sides(
    catalog: Catalog, code: str, cube: Cube, before: Sequence[int], after: Sequence[int]
) -> Explained:
    """The change of a quotient by its two sides, the top by the measures it is summed from.

    Where a measure has details in the catalogue (income by category, complaints by kind), these
    stand for it. What the named measures leave over of the top is a part of its own, `top`: all of
    it where the top is no sum of measures. Errors as in `explain`; an amount has a top only.
    """
    indicator = _splittable(catalog, code)
    whole, _ = _both(catalog, indicator, cube, before, after)
    weight, effect = _side_weights(indicator, whole)
    rows: list[tuple[str, float, float, float]] = []
    left = np.array([whole["top0"], whole["top1"]])
    sizes = np.maximum(1.0, np.abs(left))
    for measure, sign in _details(catalog, indicator):
        own = sign * np.array([_amount(catalog, measure, cube, m) for m in (before, after)])
        rows.append((measure, float(own[0]), float(own[1]), float(own[1] - own[0]) * weight))
        left = left - own
    if (np.abs(left) > _SLACK * sizes).any():
        rows.append((TOP, float(left[0]), float(left[1]), float(left[1] - left[0]) * weight))
    if _is_ratio(indicator):
        rows.append((BOTTOM, whole["bottom0"], whole["bottom1"], effect))
    parts = pd.DataFrame(rows, columns=pd.Index(["part", "before", "after", "effect"]))
    ends = whole["value0"], whole["value1"]
    return Explained(indicator.code, *ends, EFFECTS["sides"], _ranked(parts, EFFECTS["sides"]))


def explain_target(
    catalog: Catalog, code: str, cube: Cube, months: Sequence[int], target: float
) -> Explained:
    """How far the whole is from its target, by member: its share of the bottom times its distance.

    `before` is the target, of the whole and of each member.

    DataError E_EXPLAIN_KIND when it is no quotient: a target of an amount names no members.
    """
    indicator = _splittable(catalog, code)
    if not _is_ratio(indicator):
        raise DataError("E_EXPLAIN_KIND", indicator=indicator.code)
    whole, own = _both(catalog, indicator, cube, months, months)
    members = _members(whole, own)
    per, base = _per(indicator), _base(indicator)
    aim = (target + base) / per
    distance = (members["top1"] - aim * members["bottom1"]) / whole["bottom1"] * per
    parts = members.assign(
        before=target,
        after=_value(members["top1"], members["bottom1"]) * per - base,
        distance=distance,
    )
    ends = target, whole["value1"]
    return Explained(indicator.code, *ends, EFFECTS["target"], _ranked(parts, EFFECTS["target"]))


def price_volume_mix(
    money: tuple[pd.Series, pd.Series], volume: tuple[pd.Series, pd.Series]
) -> Explained:
    """A change of money by price, volume and mix of its members; before and after of each.

    Series by member, missing as NaN or absent. volume: what more pieces alone would have brought
    at the earlier mix and prices; mix: what their shift between members did, at earlier prices;
    price: the change of money a piece. Money without pieces counts as price; where there was no
    piece before, all that pieces bring is volume.
    """
    names = sorted(set().union(*(set(side.index) for side in (*money, *volume))))
    m0, m1, q0, q1 = (side.reindex(names).fillna(0.0) for side in (*money, *volume))
    pieces0, pieces1 = float(q0.sum()), float(q1.sum())
    old = _value(m0, q0)
    old = old.where(old.notna(), _value(m1, q1)).fillna(0.0)
    bulk = old * q0 * ((pieces1 - pieces0) / pieces0) if pieces0 else old * q1
    mix = old * q1 - old * q0 - bulk
    price = (m1 - m0) - old * q1 + old * q0
    parts = pd.DataFrame(
        {
            "part": names,
            "before": m0.to_numpy(),
            "after": m1.to_numpy(),
            "price": price.to_numpy(),
            "volume": bulk.to_numpy(),
            "mix": mix.to_numpy(),
        }
    )
    ends = float(m0.sum()), float(m1.sum())
    return Explained("", *ends, EFFECTS["money"], _ranked(parts, EFFECTS["money"]))


def explain_money(
    catalog: Catalog,
    measures: tuple[str, str],
    cube: Cube,
    before: Sequence[int],
    after: Sequence[int],
) -> Explained:
    """`price_volume_mix` of two measures: money (分) and pieces, by member of the cube.

    DataError E_EXPLAIN_MISSING when either has no figure in one of the periods.
    """
    sides = []
    for code in measures:
        for months in (before, after):
            periods = {"now": tuple(months)}
            own = measure_values(catalog, [code], cube, periods, cube.by)
            whole = measure_values(catalog, [code], cube, periods, "hospital")["value"].iloc[0]
            if np.isnan(whole):
                raise DataError("E_EXPLAIN_MISSING", indicator=code)
            side = own.set_index("department")["value"]
            left = float(whole) - float(side.sum())
            if abs(left) > _SLACK * max(1.0, abs(whole)):
                side[""] = left
            sides.append(side)
    found = price_volume_mix((sides[0], sides[1]), (sides[2], sides[3]))
    return Explained(measures[0], found.before, found.after, found.effects, found.parts)


def details(catalog: Catalog, measure: str) -> tuple[str, ...]:
    """The measures of the same table that add up to this one; () where it has none.

    Income by category, direct cost by kind, and quality items named after the one they are part
    of (complaints, complaints_waiting).
    """
    source = catalog.measures[measure].source
    if source.table in ("income", "direct_cost") and source.department != "performing":
        extra = {"income": "category", "direct_cost": "kind"}[source.table]
        if extra in source.where:
            return ()
        wanted = set(source.where) | {extra}
        return tuple(
            m.code
            for m in catalog.measures.values()
            if m.source.table == source.table
            and m.source.department == source.department
            and set(m.source.where) == wanted
            and all(m.source.where[k] == v for k, v in source.where.items())
        )
    if source.table == "quality":
        return tuple(catalog.families.get(measure, ()))
    return ()


def _details(catalog: Catalog, indicator: Indicator) -> list[tuple[str, int]]:
    """The top's measures with their signs, details in place of what they add up to."""
    formula = indicator.formula
    texts = getattr(formula, "top", None) or getattr(formula, "measures", ())
    taken = {text.removeprefix("-") for text in texts}
    found: list[tuple[str, int]] = []
    for text in texts:
        measure, sign = text.removeprefix("-"), -1 if text.startswith("-") else 1
        parts = details(catalog, measure)
        found += [(part, sign) for part in parts if part not in taken] or [(measure, sign)]
        found += [(part, sign) for part in parts if part in taken]
    net: dict[str, int] = {}
    for measure, sign in found:
        net[measure] = net.get(measure, 0) + sign
    return [(measure, sign) for measure, sign in net.items() if sign]


def _splittable(catalog: Catalog, code: str) -> Indicator:
    indicator = catalog.find(code)
    formula = indicator.formula
    additive = formula.kind in ("ratio", "total", "reported")
    if formula.kind == "change":
        inner = catalog.indicators.get(formula.of)
        additive = inner is None or inner.formula.kind == "total"
    if not additive:
        raise DataError("E_EXPLAIN_KIND", indicator=indicator.code)
    return indicator


def _is_ratio(indicator: Indicator) -> bool:
    return indicator.formula.kind in ("ratio", "change", "reported")


def _per(indicator: Indicator) -> float:
    return float(getattr(indicator.formula, "per", 1))


def _base(indicator: Indicator) -> float:
    """A growth is a quotient less one."""
    return _per(indicator) if indicator.formula.kind == "change" else 0.0


def _both(
    catalog: Catalog,
    indicator: Indicator,
    cube: Cube,
    before: Sequence[int],
    after: Sequence[int],
) -> tuple[dict[str, float], pd.DataFrame]:
    """value0, top0, bottom0, value1, ... of the whole and, a row a member, of the members."""
    periods = {"0": tuple(before), "1": tuple(after)}
    whole: dict[str, float] = {}
    for row in evaluate(catalog, [indicator.code], cube, periods, "hospital").to_dict("records"):
        for name in ("value", "top", "bottom"):
            whole[name + row["period"]] = float(row[name])
    if np.isnan(whole["value0"] + whole["value1"]):
        raise DataError("E_EXPLAIN_MISSING", indicator=indicator.code)
    if np.isnan(whole["top0"] + whole["top1"]):  # reported as a value alone
        raise DataError("E_EXPLAIN_KIND", indicator=indicator.code)
    groups = groups_of(cube, cube.by)
    # What adds up to the whole counts, also where the indicator is not read by itself.
    everywhere = indicator.model_copy(update={"grain": (cube.by,), "applies": Applies()})
    found = Formulas(Sums(catalog, cube, groups, periods)).indicator(everywhere)
    columns = {
        side + period: np.nan_to_num(getattr(found, side)[place])
        for place, period in enumerate(periods)
        for side in ("top", "bottom")
    }
    return whole, pd.DataFrame(columns, index=pd.Index(list(groups.labels)))


def _members(whole: dict[str, float], own: pd.DataFrame) -> pd.DataFrame:
    """part, top0, bottom0, top1, bottom1 of members with figures; '' is what they leave over."""
    left = {name: np.nan_to_num(whole[name]) - own[name].sum() for name in own.columns}
    sizes = {name: max(1.0, abs(np.nan_to_num(whole[name]))) for name in own.columns}
    kept = own[(own != 0).any(axis=1)]
    if any(abs(left[name]) > _SLACK * sizes[name] for name in own.columns):
        kept = pd.concat([kept, pd.DataFrame([left], index=pd.Index([""]))])
    return kept.rename_axis("part").reset_index()


def _value(top: pd.Series, bottom: pd.Series) -> pd.Series:
    """The quotient; missing where the bottom is zero."""
    return top / bottom.where(bottom != 0)


def _ratio_parts(
    members: pd.DataFrame, whole: dict[str, float], indicator: Indicator
) -> pd.DataFrame:
    per, base = _per(indicator), _base(indicator)
    share0, share1 = members["bottom0"] / whole["bottom0"], members["bottom1"] / whole["bottom1"]
    own0, own1 = (_value(members[f"top{n}"], members[f"bottom{n}"]) for n in "01")
    filled0, filled1 = own0.fillna(own1).fillna(0.0), own1.fillna(own0).fillna(0.0)
    middle = (whole["top0"] / whole["bottom0"] + whole["top1"] / whole["bottom1"]) / 2
    rate = (share0 + share1) / 2 * (filled1 - filled0)
    mix = (share1 - share0) * ((filled0 + filled1) / 2 - middle)
    # A top without a bottom has no ratio of its own: what it adds is its rate.
    direct = members["top1"] / whole["bottom1"] - members["top0"] / whole["bottom0"]
    rest = direct - rate - (share1 - share0) * (filled0 + filled1) / 2
    return members.assign(
        before=own0 * per - base, after=own1 * per - base, rate=(rate + rest) * per, mix=mix * per
    )


def _side_weights(indicator: Indicator, whole: dict[str, float]) -> tuple[float, float]:
    """What one more of the top adds, and the effect of the bottom's change."""
    per = _per(indicator)
    if not _is_ratio(indicator):
        return per, 0.0
    inverse0, inverse1 = 1 / whole["bottom0"], 1 / whole["bottom1"]
    bottom = (inverse1 - inverse0) * (whole["top0"] + whole["top1"]) / 2 * per
    return (inverse0 + inverse1) / 2 * per, bottom


def _amount(catalog: Catalog, measure: str, cube: Cube, months: Sequence[int]) -> float:
    rows = measure_values(catalog, [measure], cube, {"now": tuple(months)}, "hospital")
    return float(np.nan_to_num(rows["value"].iloc[0]))


def _ranked(parts: pd.DataFrame, effects: tuple[str, ...] = ("rate", "mix")) -> pd.DataFrame:
    """part, before, after, effects, total; the largest first."""
    total: Array = parts[list(effects)].sum(axis=1).to_numpy(float)
    found = parts[["part", "before", "after", *effects]].assign(total=total)
    order = np.lexsort([found["part"].to_numpy(str), -np.abs(total)])
    return found.iloc[order].reset_index(drop=True)
