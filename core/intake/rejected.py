"""The refused rows as a workbook: what stood there, why it was refused, and what to do."""

from __future__ import annotations

import io

import xlsxwriter

from core.intake.check import Checked
from core.intake.faults import fault_text
from core.words import t

_LONGEST_CELL = 32_000


def rejected_xlsx(checked: Checked) -> bytes:
    """Row number, reason, then the original cells, in the language of the session.

    Every cell is written as a string: what came in as text must not become active.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet(t("intake.rejected.sheet")[:31])
        bold = workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        width = max(map(len, checked.rejected_cells.values()), default=0)
        headers = [*checked.headers, *[""] * max(0, width - len(checked.headers))]
        titles = [t("intake.rejected.row"), t("intake.rejected.reason"), *headers]
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title[:_LONGEST_CELL], bold)
        reasons = _reasons(checked)
        for line, (number, cells) in enumerate(sorted(checked.rejected_cells.items()), start=1):
            sheet.write_number(line, 0, number)
            sheet.write_string(line, 1, reasons.get(number, "")[:_LONGEST_CELL], wrapped)
            for at, text in enumerate(cells, start=2):
                sheet.write_string(line, at, text[:_LONGEST_CELL])
        sheet.set_column(1, 1, 60)
        sheet.freeze_panes(1, 2)
    return target.getvalue()


def _reasons(checked: Checked) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for fault in checked.rejected:
        found.setdefault(fault.row, []).append(fault_text(fault, checked.definition))
    return {row: "\n".join(texts) for row, texts in found.items()}
