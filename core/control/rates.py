"""How many were met, with what is not known from so few: Wilson intervals on every rate.

Source: quality.md section 3; checklists.yaml, rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.frames import Frame
from core.statistics.intervals import wilson

ANSWERS = Frame("answers", {"result": "met | partly | unmet | na | unchecked; '' when missing"})
RATES = Frame(
    "rates",
    {
        "met": "answers that are met",
        "counted": "answers that are met, partly or unmet",
        "left_out": "answers that do not apply, are unchecked or missing",
        "rate": "met / counted, 0-1; NaN where none is counted",
        "low": "95 % Wilson interval, 0-1",
        "high": "its other end",
    },
)


def pass_rates(answers: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """RATES rows, one a group of `by`, in the order of its codes.

    answers: ANSWERS rows with the columns of `by` (item, department ...). Only 合格 is met; 部分
    and 不合格 count below the line; 不适用 and 未检查 stand on neither side.
    """
    ANSWERS.check(answers)
    keys = [answers[one] for one in by]
    result = answers["result"]
    flags = pd.DataFrame(
        {"met": result.eq("met"), "counted": result.isin(["met", "partly", "unmet"])}
    )
    flags["left_out"] = ~flags["counted"]
    table = flags.astype(int).groupby(keys, sort=True).sum()
    rate, low, high = wilson(table["met"], table["counted"])
    return table.assign(rate=rate, low=low, high=high).reset_index()
