"""The letter box: a report comes in, its receipt finds it again. Nothing here knows a person.

These writes take no actor. Their audit rows say that something was reported on a day, not what,
nor when on that day; rows are numbered at random. What cannot be hidden: an audit row stands
between its neighbours, so it came after the one and before the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from core.control.incidents.definitions import Definitions, Option
from core.control.incidents.grading import ASKED, NEW, day_of, number_of
from core.control.incidents.tables import Incident, IncidentMessage, IncidentStep
from core.errors import DataError
from core.hospital.tables import Department
from core.months import LOCAL, local_date
from core.store.engine import Actor, Store, Work

ANONYMOUS = Actor("匿名", "control_incidents")
PARTS = ("night", "morning", "afternoon", "evening")
SHORTEST, LONGEST, MOST_MESSAGES = 10, 2000, 40
EARLIEST_DAYS = 366
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which are mistaken for each other."""
LENGTH, GROUP = 12, 4
_NUMBERS = 2**31 - 1
_PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


@dataclass(frozen=True)
class Report:
    """What is told of an event. No field says who tells it."""

    kind: str
    type: str
    department: str
    occurred_on: int
    narrative: str
    stage: str = "unknown"
    part: str = ""
    harm: str = "unknown"
    remedy: str = ""


@dataclass(frozen=True)
class Said:
    side: str
    body: str
    said_on: int


@dataclass(frozen=True)
class Followed:
    """What the holder of a receipt sees."""

    kind: str
    type: str
    department: str
    occurred_on: int
    reported_on: int
    narrative: str
    state: str
    messages: tuple[Said, ...]


def report(
    store: Store, hospital_id: int, given: Report, definitions: Definitions, today: dt.date
) -> str:
    """Keep a report; its receipt code, told this once and stored nowhere.

    today: the day that is kept of the time. DataError E_INCIDENT_TEXT, E_INCIDENT_PERSONAL,
    E_INCIDENT_DAY, E_INCIDENT_CHOICE.
    """
    _check(given, definitions, today)
    texts = {name: getattr(given, name).strip() for name in ("narrative", "remedy")}
    code = _new_code()
    with _quiet(store).write(ANONYMOUS) as work:
        known = work.session.get(Department, (hospital_id, given.department))
        if given.department and known is None:
            raise DataError("E_INCIDENT_CHOICE")
        row = Incident(
            id=_unused(work, Incident),
            hospital_id=hospital_id,
            receipt=_hash(hospital_id, code),
            reported_on=number_of(today),
            state=NEW,
            **(vars(given) | texts),
        )
        work.session.add(row)
        work.record("incident.report", "incident", hospital_id)
    return code


def follow(store: Store, hospital_id: int, code: str) -> Followed:
    """What became of the report of this receipt. DataError E_INCIDENT_RECEIPT of an unknown one."""
    with store.read() as connection:
        found = (
            connection.execute(
                select(Incident.__table__).where(  # type: ignore[attr-defined]
                    col(Incident.hospital_id) == hospital_id,
                    col(Incident.receipt) == _hash(hospital_id, code),
                )
            )
            .mappings()
            .first()
        )
        if found is None:
            raise DataError("E_INCIDENT_RECEIPT")
        said = connection.execute(
            select(
                col(IncidentMessage.side), col(IncidentMessage.body), col(IncidentMessage.said_on)
            )
            .where(col(IncidentMessage.incident_id) == found["id"])
            .order_by(col(IncidentMessage.place))
        ).all()
    names = ("kind", "type", "department", "occurred_on", "reported_on", "narrative", "state")
    return Followed(
        **{name: found[name] for name in names}, messages=tuple(Said(*row) for row in said)
    )


def add(store: Store, hospital_id: int, code: str, text: str) -> None:
    """The holder of a receipt adds something; what was asked is thereby answered.

    DataError E_INCIDENT_RECEIPT, E_INCIDENT_ADDED, E_INCIDENT_PERSONAL.
    """
    body = text.strip()
    if not body or len(body) > LONGEST:
        raise DataError("E_INCIDENT_ADDED", most=LONGEST)
    _not_personal(body)
    quiet = _quiet(store)
    with quiet.write(ANONYMOUS) as work:
        row = work.session.scalars(
            select(Incident)
            .where(
                col(Incident.hospital_id) == hospital_id,
                col(Incident.receipt) == _hash(hospital_id, code),
            )
            .with_for_update()
        ).first()
        if row is None:
            raise DataError("E_INCIDENT_RECEIPT")
        say(work, row, "reporter", body)
        if row.state == ASKED:
            step = IncidentStep(
                hospital_id=hospital_id,
                incident_id=row.id,
                before=ASKED,
                after=NEW,
                note="",
                who=ANONYMOUS.name,
                at=quiet.clock(),
            )
            work.session.add(step)
            row.state = NEW
            row.version += 1
            work.session.add(row)
        work.record("incident.add", "incident", hospital_id)


def say(work: Work, row: Incident, side: str, body: str) -> None:
    """Put a message behind those about the event. DataError E_INCIDENT_FULL after 40."""
    last = work.session.scalar(
        select(func.max(col(IncidentMessage.place))).where(
            col(IncidentMessage.incident_id) == row.id
        )
    )
    place = int(last or 0) + 1
    if place > MOST_MESSAGES:
        raise DataError("E_INCIDENT_FULL", most=MOST_MESSAGES)
    message = IncidentMessage(
        id=_unused(work, IncidentMessage),
        hospital_id=row.hospital_id,
        incident_id=row.id,
        place=place,
        side=side,
        body=body,
        said_on=number_of(local_date(work.clock())),
    )
    work.session.add(message)


def random_number() -> int:
    """A key that says nothing of when it was given."""
    return secrets.randbelow(_NUMBERS) + 1


def _unused(work: Work, table: type[SQLModel]) -> int:
    number = random_number()
    while work.session.get(table, number) is not None:
        number = random_number()
    return number


def _quiet(store: Store) -> Store:
    """The same store with a clock that knows only the day, in Asia/Shanghai."""

    def midnight() -> dt.datetime:
        return dt.datetime.combine(local_date(store.clock()), dt.time(), LOCAL)

    return replace(store, clock=midnight)


def _new_code() -> str:
    letters = [secrets.choice(LETTERS) for _ in range(LENGTH)]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def _hash(hospital_id: int, code: str) -> str:
    """Of 59 random bits, with scrypt: guessing one takes some 10^16 tries of 16 MB each."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())[: 4 * LENGTH]
    salt = f"jingguan incident receipt {hospital_id}".encode()
    return hashlib.scrypt(plain.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


def _check(given: Report, definitions: Definitions, today: dt.date) -> None:
    text = given.narrative.strip()
    if not SHORTEST <= len(text) <= LONGEST or len(given.remedy) > LONGEST:
        raise DataError("E_INCIDENT_TEXT", least=SHORTEST, most=LONGEST)
    _not_personal(text)
    _not_personal(given.remedy)
    choices = (
        (given.kind, definitions.kinds),
        (given.type, definitions.types),
        (given.stage, definitions.stages),
        (given.harm, definitions.harms),
    )
    if not all(_offered(code, options) for code, options in choices) or given.part not in (
        "",
        *PARTS,
    ):
        raise DataError("E_INCIDENT_CHOICE")
    try:
        ago = (today - day_of(given.occurred_on)).days
    except ValueError as error:
        raise DataError("E_INCIDENT_DAY", days=EARLIEST_DAYS) from error
    if not 0 <= ago <= EARLIEST_DAYS:
        raise DataError("E_INCIDENT_DAY", days=EARLIEST_DAYS)


def _offered(code: str, options: tuple[Any, ...]) -> bool:
    return any(isinstance(one, Option) and one.code == code for one in options)


def _not_personal(text: str) -> None:
    """A telephone or identity number has no place in a report."""
    if _PERSONAL.search(text):
        raise DataError("E_INCIDENT_PERSONAL")
