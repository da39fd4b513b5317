"""A report that stands: its documents in both languages as JSON, and back."""

from __future__ import annotations

import hashlib
import json

from core.reports.documents.blocks import Document, from_json, to_json
from core.reports.monthly.content import Imprint, document
from core.reports.monthly.material import Material
from core.words import LANGUAGES, language, set_language


def frozen(material: Material, imprint: Imprint) -> str:
    """Everything that the report's files are made of: texts, tables, charts with their data."""
    spoken, found = language(), {}
    try:
        for code in LANGUAGES:
            set_language(code)
            found[code] = json.loads(to_json(document(material, imprint)))
    finally:
        set_language(spoken)
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def opened(content: str) -> Document:
    """The document in the session's language, as it was frozen."""
    kept = json.loads(content)
    return from_json(json.dumps(kept[language()]))


def digest(content: str) -> str:
    """SHA-256 of a frozen report: what the audit remembers of it."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
