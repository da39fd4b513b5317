"""What people answered to signals: who has seen it, who put it off until when."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.frames import SIGNALS, Frame

ACKNOWLEDGED, SNOOZED, OPEN = "acknowledged", "snoozed", ""
ANSWERS = Frame(
    "answers to signals",
    {
        "id": "number",
        "subject": "as in SIGNALS",
        "department": "code; '' is the whole hospital",
        "since": "YYYYMM in which the signal began: one that ends and comes back is another one",
        "answer": "acknowledged | snoozed",
        "until": "YYYYMM, last month in which a snoozed one stays away; 0",
        "reason": "text",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("subject", "department", "since"),
)
KEY = list(ANSWERS.key)


@dataclass(frozen=True)
class Answer:
    """An answer to be kept; `until` (YYYYMM) of a snoozed one."""

    subject: str
    department: str
    since: int
    answer: str
    reason: str
    until: int = 0


def with_answers(signals: pd.DataFrame, answers: pd.DataFrame, month: int) -> pd.DataFrame:
    """SIGNALS with answer, until, note, who, answer_id, answer_version, in the same order.

    An answer holds while the signal's `since` stands; a snoozed one until its month has passed.
    Where there is none, or no longer, answer is ''; its version stays, for whoever answers again.
    """
    SIGNALS.check(signals)
    texts = dict.fromkeys(("subject", "department"), "object")
    known = (
        ANSWERS.check(answers)
        .astype({**texts, "since": "int64"})
        .set_index(KEY)[["id", "answer", "until", "reason", "who", "version"]]
    )
    renamed = {"id": "answer_id", "version": "answer_version", "reason": "note"}
    found = signals.astype({**texts, "since": "int64"}).join(known.rename(columns=renamed), on=KEY)
    passed = (found["answer"] == SNOOZED) & (found["until"] < month)
    found["answer"] = found["answer"].where(~passed, OPEN).fillna(OPEN)
    for name in ("note", "who"):
        found[name] = found[name].fillna("")
    for name in ("answer_id", "answer_version", "until"):
        found[name] = found[name].fillna(0).astype(int)
    return found
