"""What is shown when something fails: words for what a person can act on, a number for the rest.

The trace goes to a log beside the store, never to the screen: it may hold paths, SQL and values.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import streamlit as st

from core.errors import JingguanError
from core.settings import Settings
from core.store.ledger import local_folder
from core.words import t
from pages.shared.phrases import complaint

LOG = "jingguan.log"
_LOGGER = logging.getLogger("jingguan")
_READ_OUT = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which are mistaken for each other on the telephone."""
_ONE_WRITER = threading.Lock()
_COMMANDS = {"E_STORE_DAMAGED_KEPT": "backup"}
"""Errors that a restore mends, and the field that names the backup."""


@contextmanager
def caught() -> Iterator[None]:
    """Show what a person can act on in words, anything else by a number that the log knows.

    Streamlit's own stop and rerun are no exceptions of a person's and pass through.
    """
    try:
        yield
    except JingguanError as error:
        tell(error)
    except Exception as error:
        reference = log(error)
        st.error(t("fault.title", reference=reference), icon=":material/error:")
        st.write(t("fault.next"))


def tell(error: JingguanError) -> None:
    """An error in words; where a restore mends it, the command."""
    if error.code not in _COMMANDS:
        st.error(complaint(error), icon=":material/error:")
        return
    backup = str(error.fields[_COMMANDS[error.code]])
    st.title(t("refused.title"), anchor=False)
    st.error(complaint(error), icon=":material/error:")
    st.write(t("refused.command"))
    quoted = f'"{backup}"' if " " in backup else backup
    st.code(f"python -m core restore {quoted} --yes", language=None)
    st.caption(t("refused.next"))


def log(error: Exception) -> str:
    """Write the trace to the log; the number under which it is found there."""
    letters = [secrets.choice(_READ_OUT) for _ in range(8)]
    reference = "".join((*letters[:4], "-", *letters[4:]))
    record = _LOGGER.makeRecord(
        _LOGGER.name,
        logging.ERROR,
        __file__,
        0,
        "%s",
        (reference,),
        (type(error), error, error.__traceback__),
    )
    try:
        _write(local_folder(Settings().database_url), record)
    except OSError:  # a full or read-only disk: the server's own output has it
        _LOGGER.handle(record)
    return reference


def _write(folder: Path, record: logging.LogRecord) -> None:
    """One record; the file is open only so long, for a fault is rare."""
    with _ONE_WRITER:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / LOG
        file.touch(mode=0o600)
        handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=5, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        try:
            if handler.shouldRollover(record):
                handler.doRollover()
        finally:
            handler.close()
        with file.open("a", encoding="utf-8") as text:  # emit() would hide that it failed
            text.write(f"{handler.format(record)}\n")
