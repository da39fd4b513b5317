"""What each what-if of beds answers: figures in words, the same on screen and side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from core.flow.bed_trials import (
    DayCases,
    Stays,
    day_cases,
    house,
    merged,
    other_stays,
)
from core.flow.beds import Beds, Pooling, load_at
from core.flow.occupancy import Spread, Turnover, earlier, spread, turnover
from core.flow.queues import refused
from core.flow.shifted import day_case_nights, levelled
from core.formats import listed, months_name, number, signed
from core.months import add_months
from core.words import t
from pages.shared import beds_reads
from pages.shared.beds_choice import Choice
from pages.shared.beds_parts import percent
from pages.shared.kept import kept
from pages.shared.reads import facts_key
from pages.shared.scope import View

Lines = list[tuple[str, str]]
"""Name and figure with its unit."""
YEAR = 365
LOWEST_USE, HIGHEST_USE = 60, 99


@dataclass(frozen=True, eq=False)
class Supposed:
    """What a what-if starts from: the places it is about."""

    places: pd.DataFrame
    """PLACES of the view's months, of the ward where one is chosen."""
    every: pd.DataFrame
    whole: Beds


def supposed(shown: View, choice: Choice) -> Supposed | None:
    """None where nobody lay in bed in the view's months."""
    every = beds_reads.places(shown, shown.comparison.now)
    own = every[every["ward"] == choice.ward] if choice.ward else every
    own = own if len(own) else every
    whole = house(own)
    if not (whole.load > 0 and whole.beds > 0):
        return None
    return Supposed(own, every, whole)


def ward_of(shown: View, choice: Choice) -> str:
    """The name of what a what-if is about."""
    names = beds_reads.place_names(shown)
    if choice.trial == "pool":
        return listed(names.get(ward, ward) for ward in choice.pool) or beds_reads.house_name(shown)
    if choice.ward and choice.trial not in ("even", "day"):
        return names.get(choice.ward, choice.ward)
    return beds_reads.house_name(shown)


def beds_text(beds: float) -> str:
    return t("beds.count", n=number(beds))


def days_text(days: float) -> str:
    return t("beds.days", n=number(days, 1))


@kept(128)
def _stays(key: tuple, of: tuple[View, str, float]) -> Stays | None:
    shown, ward, change = of
    asked = supposed(shown, Choice(ward=ward))
    return other_stays(asked.places, change) if asked else None


def stays(shown: View, choice: Choice) -> Stays | None:
    """Another length of stay at the chosen ward, or in all."""
    return _stays(facts_key(shown.scope), (shown, choice.ward, choice.stay))


def _stay(shown: View, choice: Choice) -> Lines:
    found = stays(shown, choice)
    if found is None:
        return []
    before, after = found.one.before, found.one.after
    return [
        (t("beds.item.stay"), f"{number(before.stay_days, 1)} → {days_text(after.stay_days)}"),
        (t("beds.item.freed"), beds_text(found.freed)),
        (t("beds.item.freed_one"), beds_text(found.one.freed)),
        (t("beds.item.more"), t("beds.a_year", n=signed(found.more_admissions * YEAR, 0))),
        (t("beds.item.bed_days"), t("beds.bed_days", n=number(found.bed_days * YEAR))),
    ]


@kept(64)
def _pooling(key: tuple, of: tuple[View, tuple[str, ...]]) -> Pooling | None:
    shown, wards = of
    return merged(beds_reads.places(shown, shown.comparison.now), wards)


def pooling(shown: View, choice: Choice) -> Pooling | None:
    """The chosen wards as one."""
    return _pooling(facts_key(shown.scope), (shown, choice.pool))


def _pool(shown: View, choice: Choice) -> Lines:
    found = pooling(shown, choice)
    if found is None:
        return []
    return [
        (t("beds.item.beds"), beds_text(found.pool.beds)),
        (t("beds.item.use"), percent(found.pool.occupancy * 100)),
        (
            t("beds.item.refused"),
            f"{percent(found.refused_apart * 100)} → {percent(found.pool.refused * 100)}",
        ),
        (t("beds.item.freed_pool"), beds_text(found.freed)),
    ]


def _use(shown: View, choice: Choice) -> Lines:
    asked = supposed(shown, choice)
    if asked is None:
        return []
    load = load_at(asked.whole.beds, choice.use / 100)
    share = refused(load, asked.whole.beds)
    return [
        (t("beds.item.beds"), beds_text(asked.whole.beds)),
        (t("beds.item.use"), f"{percent(_now(asked) * 100)} → {percent(choice.use, 0)}"),
        (
            t("beds.item.refused"),
            f"{percent(asked.whole.refused * 100)} → {percent(share * 100)}",
        ),
        (t("beds.item.refused.year"), t("beds.a_year", n=number(_lost(asked, load) * YEAR))),
    ]


def _now(asked: Supposed) -> float:
    """Occupancy as it was."""
    return float(asked.places["occupied"].sum() / asked.places["open"].sum())


def _lost(asked: Supposed, load: float) -> float:
    """Patients a day who would find no bed at this load."""
    return load / asked.whole.stay_days * refused(load, asked.whole.beds)


def hourly(
    shown: View, choice: Choice
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]] | None:
    """By hour: who comes, who leaves, who would leave; None without cases."""
    own = beds_reads.wards_of(shown)
    own = frozenset({choice.ward}) if choice.ward in own else own
    found = beds_reads.hours(shown, own)
    if found is None:
        return None
    came, left = found
    return came, left, tuple(map(float, earlier(left, choice.noon / 100)))


def turned(shown: View, choice: Choice) -> tuple[Turnover, Turnover] | None:
    """Empty bed-hours now, and with the chosen share out before noon."""
    found = hourly(shown, choice)
    if found is None:
        return None
    came, left, tried = found
    return turnover(left, came), turnover(tried, came)


def _noon(shown: View, choice: Choice) -> Lines:
    found = turned(shown, choice)
    if found is None:
        return []
    before, after = found
    gap = before.empty_hours - after.empty_hours
    change = -gap / before.empty_hours * 100 if before.empty_hours > 0 else math.nan
    each = t("beds.hours", n=" → ".join(number(one.each, 1) for one in found))
    return [
        (
            t("beds.item.noon"),
            f"{percent(before.before_noon * 100)} → {percent(choice.noon, 0)}",
        ),
        (t("beds.item.empty"), each),
        (t("beds.item.empty.change"), f"{signed(change)}%"),
        (t("beds.item.empty.beds"), t("beds.beds.point", n=number(gap / 24, 1))),
    ]


def day_surgery(shown: View, choice: Choice) -> DayCases | None:
    """The chosen share of day surgery; None without planned operations or beds."""
    asked = supposed(shown, Choice())
    elective = beds_reads.elective(shown)
    if asked is None or not elective[1] > 0:
        return None
    moved = max(0.0, choice.day / 100 * elective[1] - elective[0])
    nights = day_case_nights(beds_reads.elective_stays(shown), moved)
    return day_cases(asked.whole, elective, choice.day, nights)


def _day(shown: View, choice: Choice) -> Lines:
    found = day_surgery(shown, choice)
    if found is None:
        return []
    return [
        (t("beds.item.day"), f"{percent(found.share)} → {percent(choice.day, 0)}"),
        (t("beds.item.moved"), t("beds.a_year", n=number(found.moved))),
        (t("beds.item.nights"), t("beds.bed_days", n=number(found.nights))),
        (t("beds.item.freed_one"), beds_text(found.freed)),
    ]


def base_months(shown: View, choice: Choice) -> tuple[int, ...]:
    """The months of the base: as many as the view's, up to the chosen one; or a year ago."""
    now = shown.comparison.now
    if not choice.base:
        return tuple(add_months(month, -12) for month in now)
    return tuple(add_months(choice.base, month - len(now) + 1) for month in range(len(now)))


@dataclass(frozen=True, eq=False)
class Even:
    """The spread of the view's months, of its base, and what would bring it to the target."""

    now: Spread
    base: Spread
    wanted: float
    moves: pd.DataFrame | None


@kept(32)
def _even_of(key: tuple, of: tuple[View, tuple[int, ...], tuple[str, ...]]) -> Even | None:
    shown, base, exempt = of
    places = beds_reads.places(shown, shown.comparison.now)
    places = places[~places["ward"].isin(exempt)]
    then = beds_reads.places(shown, base)
    then = then[~then["ward"].isin(exempt)]
    now, before = spread(places), spread(then)
    if math.isnan(now.variation):
        return None
    change = beds_reads.rules().target("spread").value
    wanted = before.wanted(change)
    days = float(places["days"].max())
    moves = None if math.isnan(wanted) else levelled(places, days, wanted)
    return Even(now, before, wanted, moves)


def even(shown: View, choice: Choice) -> Even | None:
    """None with fewer than two wards; exempt wards are left out."""
    exempt = tuple(sorted(choice.exempt))
    return _even_of(facts_key(shown.scope), (shown, base_months(shown, choice), exempt))


def _even(shown: View, choice: Choice) -> Lines:
    found = even(shown, choice)
    if found is None:
        return []
    moved = t("beds.even.unable")
    if found.moves is not None:
        moved = beds_text(int(found.moves["moved"].clip(lower=0).sum()))
    elif math.isnan(found.wanted):
        moved = t("beds.even.no_base", months=months_name(base_months(shown, choice)))
    return [
        (t("beds.item.spread"), number(found.now.variation, 3)),
        (t("beds.item.spread.base"), number(found.base.variation, 3)),
        (t("beds.item.spread.wanted"), number(found.wanted, 3)),
        (t("beds.item.shifted"), moved),
    ]


ANSWERS: Mapping[str, Callable[[View, Choice], Lines]] = {
    "stay": _stay,
    "pool": _pool,
    "use": _use,
    "noon": _noon,
    "day": _day,
    "even": _even,
}


def answer(shown: View, choice: Choice) -> Lines:
    """The figures of a what-if; none where it cannot be computed."""
    return ANSWERS[choice.trial](shown, choice)
