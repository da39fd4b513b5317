"""What a person can act on.

JingguanError            a code and fields; worded by `core.words.error_text`
├── DataError            the input cannot be used as it is
├── ConflictError        somebody else saved first: carries what is stored now
├── StoreError           the store cannot be opened, migrated or written
└── DefinitionError      a definition file (catalogue, intake) is wrong; lists every fault

A programming mistake stays a ValueError, uncaught.
"""

from __future__ import annotations


class JingguanError(Exception):
    """A code and the fields its wording needs; never a path, SQL or personal data."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code}: {details}" if details else self.code


class DataError(JingguanError):
    """The input cannot be used as it is."""


class ConflictError(JingguanError):
    """The row was changed after the person opened it."""


class StoreError(JingguanError):
    """The store cannot be opened, migrated or written."""


class DefinitionError(JingguanError):
    """Definition files are wrong; `faults` lists every fault of every file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("E_DEFINITION", faults="\n".join(faults))
        self.faults = faults
