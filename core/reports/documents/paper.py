"""A document as pdf: typst, one template, the font that is shipped and no other.

The template gets the document as JSON: whatever a person typed arrives as a text, not as markup.
"""

from __future__ import annotations

import json
from typing import Any

from core.reports.documents import pictures
from core.reports.documents.blocks import (
    Block,
    Document,
    Picture,
    Table,
    cell_text,
    tone_of,
)
from core.reports.documents.colours import TONES
from core.settings import ROOT

TEMPLATE = ROOT / "data" / "reports" / "document.typ"


def pdf(document: Document, language: str = "zh") -> bytes:
    """The file; ValueError when the font does not arrive."""
    import typst  # heavy, and only needed for a file

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pictures.FONTS)],
    )
    if pictures.FAMILY not in fonts.families():
        raise ValueError(f"{pictures.FONTS} holds no {pictures.FAMILY}")
    made = typst.Compiler(
        TEMPLATE.read_bytes(),
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"document": _handed_over(document, language)},
    ).compile(format="pdf")
    if not isinstance(made, bytes):
        raise ValueError("a pdf is one file")
    return made


def _handed_over(document: Document, language: str) -> str:
    return json.dumps(
        {
            "title": document.title,
            "lines": document.lines,
            "language": language,
            "font": pictures.FAMILY,
            "blocks": [_block(block) for block in document.blocks],
        },
        ensure_ascii=False,
    )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return {
                "kind": "table",
                "title": block.title,
                "columns": [
                    {"title": c.title, "right": c.cells == "number", "width": c.width}
                    for c in block.columns
                ],
                "rows": [
                    [{"text": cell_text(cell), "colour": TONES[tone_of(cell)]} for cell in row]
                    for row in block.rows
                ],
            }
        case Picture():
            return {"kind": "picture", "svg": pictures.svg(block.spec), "alt": block.alt}
        case _:
            return dict(vars(block))
