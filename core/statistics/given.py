"""What a case gives: its inputs read with a clear refusal, and its answer as plain JSON.

A refusal is a DataError with `where`, the input that is wrong: E_CASE_MISSING, E_CASE_INPUT (with
`value`), E_CASE_LENGTH. None reads as a missing value, NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import DataError

MOST = 60
"""Characters of a wrong value that a message repeats."""


def inputs(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the case gives: under `input` or `inputs`, else at its top."""
    for name in ("input", "inputs"):
        if name in case:
            if not isinstance(case[name], dict):
                raise DataError("E_CASE_INPUT", where=name, value=shown(case[name]))
            return case[name]
    return case


def numbers(found: Mapping[str, Any], name: str) -> list[float]:
    """A list with at least one number in it; None reads as NaN."""
    values = found.get(name)
    if values is None:
        raise DataError("E_CASE_MISSING", where=name)
    if not isinstance(values, list):
        raise DataError("E_CASE_INPUT", where=name, value=shown(values))
    read = [_entry(name, place, value) for place, value in enumerate(values)]
    if all(math.isnan(value) for value in read):
        raise DataError("E_CASE_EMPTY", where=name)
    return read


def _entry(name: str, place: int, value: Any) -> float:
    if value is None:
        return math.nan
    if not _is_number(value):
        raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=shown(value))
    return float(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300  # neither infinite nor too large to be squared


def number(found: Mapping[str, Any], name: str, default: float | None) -> float | None:
    """One number; the default where it is absent or null."""
    value = found.get(name)
    if value is None:
        return default
    if not _is_number(value):
        raise DataError("E_CASE_INPUT", where=name, value=shown(value))
    return float(value)


def positive(found: Mapping[str, Any], name: str, default: float) -> float:
    """One number above zero."""
    value = number(found, name, default)
    if value is None or value <= 0:
        raise DataError("E_CASE_INPUT", where=name, value=shown(value))
    return value


def as_whole(value: Any) -> int | None:
    """A whole number (12 or 12.0), else None."""
    return int(value) if _is_number(value) and value == int(value) else None


def whole(found: Mapping[str, Any], name: str, default: int | None) -> int | None:
    """One whole number; the default where it is absent or null."""
    if found.get(name) is None:
        return default
    value = as_whole(found[name])
    if value is None:
        raise DataError("E_CASE_INPUT", where=name, value=shown(found[name]))
    return value


def flag(found: Mapping[str, Any], name: str, default: bool) -> bool:
    """True or false; the default where it is absent or null."""
    value = found.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise DataError("E_CASE_INPUT", where=name, value=shown(value))
    return value


def choice(found: Mapping[str, Any], name: str, choices: Mapping[Any, Any], default: Any) -> Any:
    """What a word of `choices` stands for; the default where it is absent or null."""
    value = found.get(name)
    if value is None:
        return default
    if isinstance(value, bool | list | dict) or value not in choices:
        raise DataError("E_CASE_INPUT", where=name, value=shown(value))
    return choices[value]


def refuse(name: str, values: Iterable[float], wrong: Callable[[float], bool]) -> None:
    """DataError E_CASE_INPUT at the first value that is wrong."""
    for place, value in enumerate(values):
        if wrong(value):
            raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=value)


def shown(value: Any) -> str:
    """A wrong value for a message, cut short."""
    text = str(value)
    return text if len(text) <= MOST else text[:MOST] + "…"


def one(value: float) -> float | None:
    """A number, or None where it is not finite."""
    return float(value) if math.isfinite(value) else None


def plain(values: npt.NDArray[np.floating]) -> list[float | None]:
    """Numbers, None where they are not finite."""
    return [one(value) for value in values.tolist()]


def known(flags: npt.NDArray[np.bool_], where: npt.NDArray[np.bool_]) -> list[bool | None]:
    """Flags, None where they cannot be known."""
    return [bool(value) if told else None for value, told in zip(flags, where, strict=True)]
