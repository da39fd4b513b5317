"""A document as docx, for Word and LibreOffice: real headings, tables and alternative texts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from core.reports.documents import pictures
from core.reports.documents.blocks import (
    Block,
    Document,
    Heading,
    Note,
    Paragraph,
    Picture,
    Quote,
    Table,
    cell_text,
    tone_of,
)
from core.reports.documents.colours import GRID, INK, MUTED, PRIMARY, TONES

FONT = "微软雅黑"
"""Named in the file, not in it: Word has it, LibreOffice takes Noto Sans CJK in its place."""
WIDTH_CM = 17.6
"""Of the text on A4 with margins of 1.7 cm."""
_BODY, _SMALL, _CELL = 10.5, 9.0, 7.5


def docx(document: Document) -> bytes:
    """The file."""
    from docx import Document as new_file
    from docx.shared import Cm

    file = new_file()
    part = file.sections[0]
    part.page_width, part.page_height = Cm(21), Cm(29.7)
    part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Cm(1.7)
    _styles(file)
    _page_numbers(part.footer.paragraphs[0])
    file.core_properties.title = document.title
    file.core_properties.author = ""
    _text(file.add_paragraph(style="Title"), document.title)
    for line in document.lines:
        _text(file.add_paragraph(), line, _SMALL, MUTED)
    for block in document.blocks:
        _add(file, block)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _add(file: Any, block: Block) -> None:
    match block:
        case Heading():
            _text(file.add_paragraph(style=f"Heading {block.level}"), block.text)
        case Paragraph():
            _text(file.add_paragraph(), block.text)
        case Note():
            _text(file.add_paragraph(), block.text, _SMALL, MUTED)
        case Quote():
            _text(file.add_paragraph(style="Quote"), block.text)
            _text(file.add_paragraph(), block.by, _SMALL, MUTED)
        case Table():
            _table(file, block)
        case Picture():
            _picture(file, block)


def _text(paragraph: Any, text: str, size: float = 0, colour: str = "") -> None:
    """The text as one run; new lines stay new lines, control characters go."""
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run("".join(c for c in text if c >= " " or c in "\n\t"))
    if size:
        run.font.size = Pt(size)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))


def _styles(file: Any) -> None:
    """One font, for Chinese letters too; headings in the house's colour."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": _BODY, "Title": 20, "Heading 1": 15, "Heading 2": 12, "Quote": _BODY}
    for name, size in sizes.items():
        style = file.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{place}"), None)
        for place in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{place}"), FONT)
        colour = INK if name in ("Normal", "Quote") else PRIMARY
        style.font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
        style.font.italic = False
        style.paragraph_format.space_after = Pt(4)
        if name.startswith("Heading"):
            style.paragraph_format.space_before = Pt(14)
            style.paragraph_format.keep_with_next = True
    file.styles["Quote"].paragraph_format.left_indent = Pt(12)


def _table(file: Any, table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm

    if table.title:
        title = file.add_paragraph(style="Heading 2")
        _text(title, table.title)
    grid = file.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(grid)
    whole = sum(column.width for column in table.columns)
    widths = [Cm(WIDTH_CM * column.width / whole) for column in table.columns]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    lines = list(grid.rows)
    _repeat(lines[0])
    titles = [column.title for column in table.columns]
    _line(lines[0], titles, [MUTED] * len(titles), table)
    for line, row in zip(lines[1:], table.rows, strict=True):
        texts = [cell_text(cell) for cell in row]
        _line(line, texts, [TONES[tone_of(cell)] for cell in row], table)
    for line in lines:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = width
    file.add_paragraph()


def _line(line: Any, texts: list[str], colours: list[str], table: Table) -> None:
    """One row: numbers to the right, never broken over two pages."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, colour, column in zip(line.cells, texts, colours, table.columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        if column.cells == "number":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _text(paragraph, text, _CELL, colour)


def _repeat(line: Any) -> None:
    """The header again on every page of a long table, shaded."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in line.cells:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F5F7F8")
        cell._tc.get_or_add_tcPr().append(shade)


def _borders(grid: Any) -> None:
    """Thin lines between rows, none between columns; little room lost beside the numbers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", GRID.removeprefix("#"))):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # Word wants them in this order
    about = grid._tbl.tblPr
    about.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblLook")
    about.insert_element_before(margins, "w:tblLook")


def _picture(file: Any, picture: Picture) -> None:
    from docx.shared import Cm

    file.add_picture(BytesIO(pictures.png(picture.spec)), width=Cm(WIDTH_CM))
    file.inline_shapes[-1]._inline.docPr.set("descr", picture.alt)
    _text(file.add_paragraph(), picture.alt, _SMALL, MUTED)


def _page_numbers(paragraph: Any) -> None:
    """Page 1 / 12, counted by the program that opens the file."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for count, between in (("PAGE", " / "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), count)
        paragraph._p.append(field)
        if between:
            paragraph.add_run(between)
