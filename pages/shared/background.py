"""Work of many seconds that fills what is kept, in a thread of its own: the page can be left.

A page hands in steps whose results are kept; while they are worked out it shows how far they are,
and is drawn anew when the last is done. One piece of work runs at a time: two would only share
the processor. Whoever asks for the same meanwhile watches the same bar.
"""

from __future__ import annotations

import contextvars
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from core.words import t

Step = tuple[str, Callable[[], object]]
"""The word's id of what is being done, and what fills the cache."""
EVERY = 1.0
"""Seconds between looks at the progress."""
MOST = 256
"""So many finished pieces of work are remembered."""
patience = 0.4
"""Seconds that a page waits before it shows a bar; tests without a browser wait longer."""
_POOL = ThreadPoolExecutor(1, thread_name_prefix="work")
_LOCK = threading.Lock()
_TASKS: OrderedDict[Hashable, _Task] = OrderedDict()


@dataclass(eq=False)
class _Task:
    steps: tuple[Step, ...]
    context: Any
    at: int = 0
    future: Future[None] | None = None

    def run(self) -> None:
        # only reads of the session of whoever asked first
        add_script_run_ctx(threading.current_thread(), self.context)
        for at, (_, work) in enumerate(self.steps):
            self.at = at
            work()


def ready(key: Hashable, steps: Sequence[Step]) -> bool:
    """Whether all steps are worked out; if not, a bar stands here and the page is drawn later.

    Raises what a step raised, once; the next call tries again.
    """
    task = _begun(key, steps)
    assert task.future is not None  # noqa: S101 begun
    try:
        task.future.result(timeout=patience)
    except TimeoutError:
        _bar(key)
        return False
    except Exception:
        with _LOCK:
            _TASKS.pop(key, None)
        raise
    return True


def _begun(key: Hashable, steps: Sequence[Step]) -> _Task:
    with _LOCK:
        task = _TASKS.get(key)
        if task is None:
            task = _Task(tuple(steps), get_script_run_ctx())
            task.future = _POOL.submit(contextvars.copy_context().run, task.run)
            _TASKS[key] = task
            done = [one for one, told in _TASKS.items() if told.future and told.future.done()]
            for one in done[: max(0, len(_TASKS) - MOST)]:
                del _TASKS[one]
        return task


@st.fragment(run_every=EVERY)
def _bar(key: Hashable) -> None:
    """How far it is."""
    task = _TASKS.get(key)
    if task is None or task.future is None or task.future.done():
        st.rerun()
        return
    share = (task.at + 0.5) / len(task.steps)
    st.progress(share, text=t(task.steps[task.at][0]))
