"""The language of the session, and every text that a person reads.

Texts live in data/words/<language>/LC_MESSAGES/*.po (edited) and *.mo (read). Ids are dotted
keys ("home.title"), so that neither language is the other's source. The language is a context
variable: app.py sets it for the run, the command line for the process.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from core.errors import JingguanError

LANGUAGES = {"zh": "zh_CN", "en": "en"}
_WORDS = Path(__file__).resolve().parent.parent / "data" / "words"
_language: ContextVar[str] = ContextVar("language", default="zh")


def set_language(language: str) -> None:
    """Set the language of this run; whatever is unknown reads as Chinese."""
    _language.set(language if language in LANGUAGES else "zh")


def language() -> str:
    """The session's language: zh or en."""
    return _language.get()


@cache
def texts(language: str) -> dict[str, str]:
    """Every id with its text in one language; all areas together."""
    found: dict[str, str] = {}
    for path in sorted((_WORDS / LANGUAGES[language] / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
        found.update({key: text for key, text in vars(catalogue)["_catalog"].items() if key})
    return found


def t(key: str, **fields: object) -> str:
    """The text of `key` in the session's language, its {fields} filled in.

    An unknown key is shown as itself: a hole that a person can report, never a crash.
    """
    text = texts(_language.get()).get(key, key)
    return text.format(**fields) if fields else text


def has(key: str) -> bool:
    """Whether the session's language has a text for `key`."""
    return key in texts(_language.get())


def pick(zh: str, en: str) -> str:
    """The name in the session's language; the other one where it is empty."""
    return (en or zh) if _language.get() == "en" else (zh or en)


def error_text(error: JingguanError) -> str:
    """An error in a person's words; its code where the words are missing."""
    return t(f"error.{error.code}", **error.fields)
