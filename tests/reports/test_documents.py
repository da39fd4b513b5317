"""One document, three files: each says every text, as it was typed."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pandas as pd
import pypdf
import pytest

from core.charts.overview import ranked_bars
from core.charts.theme import LIGHT
from core.reports.documents import paper, pictures, word, workbook
from core.reports.documents.blocks import (
    Column,
    Document,
    Heading,
    Mark,
    Note,
    Number,
    Paragraph,
    Picture,
    Quote,
    Table,
    from_json,
    texts_of,
    to_json,
)

TYPED = "*加粗* _斜_ <b>粗</b> #strong[x] $x^2$ @ref `code` // 注 [链](x) =1+1\n第二行"
COLUMNS = (
    Column("指标", width=3),
    Column("本月", "number"),
    Column("收入", "number", "万元"),
    Column("同比", "number"),
    Column("状态"),
)
ROWS = (
    (
        "门急诊人次",
        Number(123456),
        Number(12.345, 2),
        Number(-1.25, 1, "个百分点", signed=True),
        Mark("■ 未达", "bad"),
    ),
    ("=SUM(A1:A9)", Number(None), Number(None), Number(3, 1, "%", True), Mark("● 达标")),
)


def _chart() -> str:
    rows = pd.DataFrame({"name": ["骨科"], "value": [3.0], "text": ["3 万元"], "subject": [True]})
    return json.dumps(ranked_bars(rows, "万元", LIGHT).to_dict(), ensure_ascii=False)


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(
        "2026年10月 月度经营报表",
        ("演示医院", "数据截至 2026年10月"),
        (
            Paragraph("全院 8 达标。"),
            Heading("一、工作量"),
            Table("主要指标", COLUMNS, ROWS),
            Picture(_chart(), "骨科最高，3 万元。"),
            Heading("二、收入/成本?"),
            Quote(TYPED, "王护士长 2026-11-02 09:00"),
            Note("来源：科室月报"),
        ),
    )


def test_a_document_travels_as_json(document: Document) -> None:
    assert from_json(to_json(document)) == document


def test_a_row_has_a_cell_for_every_column() -> None:
    with pytest.raises(ValueError, match="1 of 5"):
        Table("主要指标", COLUMNS, (("门急诊人次",),))


def test_numbers_read_as_people_write_them() -> None:
    texts = [cell.text for row in ROWS for cell in row if not isinstance(cell, str)]
    assert texts == [
        *("123,456", "12.35", "−1.2 个百分点", "■ 未达"),
        *("—", "—", "+3.0%", "● 达标"),
    ]


def test_a_pdf_says_every_text_as_typed(document: Document) -> None:
    pages = pypdf.PdfReader(BytesIO(paper.pdf(document))).pages
    said = "".join("".join(page.extract_text() for page in pages).split())
    lacking = [text for text in texts_of(document) if "".join(text.split()) not in said]
    assert lacking == []


def test_the_chart_in_a_pdf_keeps_its_chinese_text(document: Document) -> None:
    pages = pypdf.PdfReader(BytesIO(paper.pdf(document))).pages
    said = "".join(page.extract_text() for page in pages)
    assert said.count("骨科") == 2  # in the chart, and in its sentence
    fonts = {font["/BaseFont"] for page in pages for font in _fonts(page)}
    assert len(fonts) > 0
    assert all("JingguanSans" in font for font in fonts)


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_a_docx_says_every_text_as_typed(document: Document) -> None:
    file = docx.Document(BytesIO(word.docx(document)))
    texts = [paragraph.text for paragraph in file.paragraphs]
    texts += [cell.text for grid in file.tables for row in grid.rows for cell in row.cells]
    assert [text for text in texts_of(document) if text not in texts] == []
    assert file.inline_shapes[0]._inline.docPr.get("descr") == "骨科最高，3 万元。"


def test_a_docx_names_a_chinese_font_for_chinese_letters(document: Document) -> None:
    file = docx.Document(BytesIO(word.docx(document)))
    for name in ("Normal", "Title", "Heading 1", "Quote"):
        fonts = file.styles[name].element.rPr.rFonts
        east = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
        assert fonts.get(east) == "微软雅黑"


def test_a_workbook_has_a_filled_sheet_for_every_section(document: Document) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook.xlsx(document)))
    assert book.sheetnames == ["2026年10月 月度经营报表", "一、工作量", "二、收入 成本"]
    for sheet in book:
        assert sheet.max_row > 1
    sheet: Any = book["一、工作量"]
    cells = {
        cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None
    }
    assert cells[12.345].number_format.startswith("#,##0.00")
    assert (
        cells[-1.25].number_format == '+#,##0.0" 个百分点";−#,##0.0" 个百分点";#,##0.0" 个百分点"'
    )
    assert cells["=SUM(A1:A9)"].data_type == "s"
    assert sheet.freeze_panes == f"B{cells['门急诊人次'].row}"
    assert len(sheet._images) == 1


def test_typed_lines_of_a_workbook_are_texts(document: Document) -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook.xlsx(document)))["二、收入 成本"]
    typed = [cell for row in sheet.iter_rows() for cell in row if cell.value in TYPED.split("\n")]
    assert [cell.value for cell in typed] == TYPED.split("\n")
    assert {cell.data_type for cell in typed} == {"s"}


def test_a_picture_is_drawn_without_asking_anybody() -> None:
    image = pictures.png(_chart())
    assert image.startswith(b"\x89PNG")
    assert int.from_bytes(image[16:20], "big") > 300
    spec = json.loads(_chart()) | {"data": {"url": "https://example.org/rows.json"}}
    spec.pop("datasets", None)
    with pytest.raises(ValueError, match="example"):
        pictures.png(json.dumps(spec))
