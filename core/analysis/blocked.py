"""What a missing table blocks: the indicators that rest on it, and where they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.overview import CARDS
from core.catalog.model import Catalog, Indicator, measures_in


@dataclass(frozen=True)
class Blocked:
    """What cannot be said while a table is missing."""

    indicators: tuple[str, ...]
    home: bool
    """Whether a card of the overview is among them."""
    department: bool
    """Whether one of them is shown by department."""


def blocked_by(catalog: Catalog, contract: str) -> Blocked:
    """Indicators in use that rest on a table, in the order of the catalogue."""
    codes = tuple(
        indicator.code
        for indicator in catalog.indicators.values()
        if indicator.in_use and contract in tables_of(catalog, indicator)
    )
    own = any("department" in catalog.indicators[code].grain for code in codes)
    return Blocked(codes, any(code in CARDS for code in codes), own)


def tables_of(catalog: Catalog, indicator: Indicator) -> frozenset[str]:
    """The tables from which an indicator is computed."""
    formula = indicator.formula
    if formula.kind == "reported":
        return frozenset({"reported"})
    if formula.kind == "distinct":
        return frozenset({"case"})
    of = getattr(formula, "of", "")
    if of in catalog.indicators:
        return tables_of(catalog, catalog.indicators[of])
    measures = [of] if of else [term.measure for term in measures_in(formula)]
    return frozenset().union(*(_behind(catalog, code) for code in measures))


def _behind(catalog: Catalog, code: str) -> frozenset[str]:
    """The table behind a measure, itself or through the one it is derived from."""
    measure = catalog.measures.get(code)
    if measure is None:
        return frozenset()
    if measure.source.table:
        return frozenset({str(measure.source.table)})
    return _behind(catalog, measure.source.base)
