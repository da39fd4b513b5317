"""What a process keeps between runs, by arguments that can be hashed.

Streamlit's own caches hash every argument anew at every call, a quarter of a rerun. What is kept
here is shared by all sessions and never changed by a page; keys hold the scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import RLock
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
_CLEARS: list[Callable[[], None]] = []


def kept(most: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Keep the results of the last `most` different calls; each is made once."""

    def wrap(make: Callable[Given, Found]) -> Callable[Given, Found]:
        remembered = lru_cache(maxsize=most)(make)
        lock = RLock()
        _CLEARS.append(remembered.cache_clear)

        def ask(*args: Given.args, **kwargs: Given.kwargs) -> Found:
            with lock:
                return remembered(*args, **kwargs)  # type: ignore[arg-type]

        return ask

    return wrap


def forget_all() -> None:
    """Forget everything: the store behind it is another one."""
    for clear in _CLEARS:
        clear()
