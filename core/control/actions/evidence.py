"""Evidence files: bounded, their type read from their content, their name given by us."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from core.control.actions.rules import Evidence
from core.errors import DataError

KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What is taken, and as what it is handed out again."""
_MAGIC = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_ZIP = b"PK\x03\x04"
_INSIDE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MOST_PARTS = 2_000


@dataclass(frozen=True)
class Upload:
    """A file as it came: its own name is not looked at, and never kept."""

    content: bytes


def kind_of(content: bytes) -> str:
    """pdf, png, jpg, docx or xlsx, by the content. DataError E_EVIDENCE_KIND for anything else.

    A workbook or document that holds macros is something else.
    """
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                names = set(parts.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            names = set()
        if len(names) <= _MOST_PARTS and not any(n.endswith("vbaProject.bin") for n in names):
            for part, kind in _INSIDE.items():
                if part in names:
                    return kind
    raise DataError("E_EVIDENCE_KIND", kinds=", ".join(KINDS))


def check(uploads: tuple[Upload, ...], there: int, bounds: Evidence) -> tuple[str, ...]:
    """The kind of each file. there: how many the action has already.

    DataError E_EVIDENCE_COUNT, E_EVIDENCE_EMPTY, E_EVIDENCE_LARGE, E_EVIDENCE_KIND.
    """
    if there + len(uploads) > bounds.most_files:
        raise DataError("E_EVIDENCE_COUNT", most=bounds.most_files, there=there)
    for upload in uploads:
        if not upload.content:
            raise DataError("E_EVIDENCE_EMPTY")
        if len(upload.content) > bounds.most_bytes:
            raise DataError("E_EVIDENCE_LARGE", most=round(bounds.most_bytes / 1e6, 1))
    return tuple(kind_of(upload.content) for upload in uploads)


def name_of(action_id: int, number: int, kind: str) -> str:
    """Our name of an action's file: A0012-3.pdf."""
    return f"A{action_id:04d}-{number}.{kind}"
