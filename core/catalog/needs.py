"""Which measures some indicators need: so that a page reads no more than it shows."""

from __future__ import annotations

from collections.abc import Iterable

from core.catalog.cube import REPORTED, reported_measure
from core.catalog.model import Catalog, Change, Reported, Spread, ZeroShare, measures_in

ALWAYS = ("bed_days_open", "income", "income_performed", "direct_cost")
"""What the cube itself asks: which departments have beds, and which tables came."""


def needed(catalog: Catalog, codes: Iterable[str]) -> frozenset[str]:
    """Measures of roll-ups that the indicators or measures of these codes rest on."""
    found = {code for code in ALWAYS if code in catalog.measures}
    waiting, seen = list(codes), set[str]()
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        if code in catalog.measures:
            found.add(catalog.measures[code].source.base or code)
            continue
        formula = catalog.find(code).formula
        if isinstance(formula, Reported):
            found |= {reported_measure(catalog.find(code).code, part) for part in REPORTED}
        elif isinstance(formula, Change | Spread | ZeroShare):
            waiting.append(formula.of)
        waiting += [term.measure for term in measures_in(formula)]
    return frozenset(found)
