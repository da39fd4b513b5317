"""Forecasts in the making: in a thread of their own, so that the page can be left.

A thread knows neither the session nor its language: it is given all it needs, and what it says is
words' ids and errors that the page words.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from core.errors import JingguanError
from core.flow.effects import Event
from core.flow.made.records import Label, store_forecast, store_scores
from core.flow.making import Subject, produced, scored
from core.store.engine import Actor, Store

MAKING, TESTING, DONE = "making", "testing", "done"
_JOBS: dict[tuple[Any, ...], Job] = {}
_LOCK = threading.Lock()
_ONE = threading.Lock()
"""One forecast is made at a time: two would only share the processor."""


@dataclass
class Job:
    """What is being made, how far it is, and what went wrong."""

    stage: str = MAKING
    share: float = 0.0
    error: JingguanError | None = None
    thread: threading.Thread | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Order:
    """What is to be made: a forecast and its test, or the test of one that is stored."""

    hospital_id: int
    label: Label
    subject: Subject
    events: tuple[Event, ...] = ()
    made_id: int = 0


def _key(store: Store, order: Order) -> tuple[Any, ...]:
    return (store.url, order.hospital_id, order.label)


def running(store: Store, hospital_id: int, label: Label) -> Job | None:
    """The job of this forecast that runs, or that failed; None where there is none."""
    job = _JOBS.get((store.url, hospital_id, label))
    return None if job is None or (job.stage == DONE and job.error is None) else job


def start(store: Store, actor: Actor, order: Order) -> Job:
    """Begin, unless somebody else has begun the same."""
    with _LOCK:
        job = running(store, order.hospital_id, order.label)
        if job is not None and job.error is None:
            return job
        job = Job(TESTING if order.made_id else MAKING)
        _JOBS[_key(store, order)] = job
        job.thread = threading.Thread(target=_work, args=(store, actor, order, job), daemon=True)
        job.thread.start()
        return job


def _work(store: Store, actor: Actor, order: Order, job: Job) -> None:
    try:
        with _ONE:
            made = order.made_id
            if not made:
                product = produced(order.subject)
                kept = (product, order.subject.basis, order.events)
                made = store_forecast(store, actor, order.hospital_id, order.label, kept)
                job.stage = TESTING

            def heard(share: float) -> None:
                job.share = share

            store_scores(store, actor, made, scored(order.subject, heard))
    except JingguanError as error:
        job.error = error
    except Exception:
        job.error = JingguanError("E_FLOW_JOB")
        raise
    finally:
        job.stage = DONE


def wait_for_all(seconds: float = 60.0) -> None:
    """Wait until nothing runs any more."""
    for job in list(_JOBS.values()):
        if job.thread is not None:
            job.thread.join(seconds)
