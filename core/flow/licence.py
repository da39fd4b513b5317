"""Whether a forecast may be used: what its back-test says, as a state that can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CLOSE = 0.95
"""Assumption: an error nearer than this to that of same as last time is no clear gain."""
NEAR, FAR = 0.06, 0.12
"""Assumption: how far the share inside an interval may lie from its level; small counts reach up
to 0.12 above it, because their bounds are whole numbers."""


def error_state(scores: Mapping[str, Any] | None) -> str:
    """good: clearly ahead of same as last time; watch: about equal; bad: behind; none: untested."""
    ratio = scores.get("ratio") if scores else None
    if ratio is None:
        return "none"
    if ratio > 1:
        return "bad"
    return "watch" if ratio > CLOSE else "good"


def coverage_state(scores: Mapping[str, Any] | None, level: int) -> str:
    """good: about as many inside as promised; watch: more; bad: clearly fewer; none: untested."""
    share = scores["coverage"].get(str(level)) if scores and "coverage" in scores else None
    if share is None:
        return "none"
    promised = level / 100
    if share < promised - FAR:
        return "bad"
    return "good" if promised - NEAR <= share <= promised + FAR else "watch"


def confirm(scores: Mapping[str, Any] | None) -> bool:
    """Whether people must confirm before staff are planned by it: untested, or behind."""
    return error_state(scores) in ("none", "bad")
