"""Forecasts of the demo hospital: by the month, from now and from half a year ago.

All are worked out from its figures like any other; those of half a year ago only from what was
known then, and they say that they were made afterwards.
"""

from __future__ import annotations

from core.flow.arrivals import STREAMS, last_day
from core.flow.made.records import Label, forecasts, store_forecast, store_scores
from core.flow.making import Subject, produced, scored
from core.flow.records import arrivals, calendar
from core.frames import Scope
from core.months import add_months
from core.store.engine import Actor, Store

HORIZON = 6


def make_forecasts(store: Store, actor: Actor, hospital_id: int, months: tuple[int, int]) -> None:
    """Six months ahead for every stream; nothing where there are forecasts already.

    months: first and last month with figures.
    """
    if forecasts(store, hospital_id):
        return
    first, last = months
    known = calendar(store, hospital_id)
    for stream in STREAMS:
        for end in (add_months(last, -HORIZON), last):
            panel = arrivals(store, Scope(hospital_id, first, end), stream, "M", together=True)
            newest = last_day(panel, "M")
            if newest is None:
                continue
            subject = Subject(panel, "M", HORIZON, known)
            origin = int(f"{newest:%Y%m%d}")
            label = Label(stream, "", "M", origin, HORIZON, backdated=end != last)
            kept = (produced(subject), subject.basis, ())
            made = store_forecast(store, actor, hospital_id, label, kept)
            if end == last:
                store_scores(store, actor, made, scored(subject))
