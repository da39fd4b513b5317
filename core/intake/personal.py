"""Personal data in free text: identity numbers and mobile numbers, found and blotted out.

What is matched here must appear in no message, no log and no download.
"""

from __future__ import annotations

import re
import unicodedata

from core.intake.spelling import ZERO_WIDTH, label

MASK = "***"
_SHORTEST = 11

_GAP = r"[\s\-_.·—–]{0,2}"
_PROVINCES = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_DAY = r"(?:0[1-9]|1[0-2])" + _GAP + r"(?:0[1-9]|[12]\d|3[01])"
_LONG_ID = re.compile(
    rf"(?<!\d)({_PROVINCES}\d{{4}}{_GAP}(?:18|19|20)\d\d{_GAP}{_DAY}{_GAP}\d{{3}}{_GAP}[\dX])"
    r"(?![\dX])",
    re.ASCII | re.IGNORECASE,
)
_OLD_ID = re.compile(
    rf"(?<!\d)({_PROVINCES}\d{{4}}{_GAP}\d\d{_GAP}{_DAY}{_GAP}\d{{3}})(?!\d)", re.ASCII
)
_ONE_GAP = r"[\s\-_.·—–/]?"
_MOBILE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:(?:00|\+)?\(?\+?86\)?" + _GAP + r")?0?"
    rf"(?:\(?1[3-9]\d\)?{_GAP}\d{{4}}{_GAP}\d{{4}}"
    rf"|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}"
    rf"|1(?P<gap>{_ONE_GAP})[3-9](?:(?P=gap)\d){{9}})(?!\d)",
    re.ASCII,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"

_PERSON = (
    r"姓名|身份证|证件号|护照号|联系方式|微信号"
    r"|就诊卡|医保卡|医保号|社保号|社保卡|住址|家庭地址|联系地址|通讯地址|现住地|出生日期|出生年月"
    r"|(?:手机|电话)(?:号码?)?\d?$|(?:phone|mobile)(?:_?(?:no|number))?\.?$"
    r"|patient_?name|id_?card|id_?number|identity|passport|home_?address"
    r"|birth_?da(?:te|y)|date_?of_?birth"
)
_STAY = (
    r"住院号码?$|病案号|门诊号码?$|病历号|就诊号码?$|patient_?(?:id|no)"
    r"|medical_?record_?n|admission_?n(?:o|umber)|^mrn$"
)
_HEADERS = re.compile(f"{_PERSON}|{_STAY}")
_OF_A_PERSON = re.compile(_PERSON)
_REMARK = re.compile(r"\(.*?\)")
_OF_A_DEPARTMENT = re.compile(r"科室(?:联系)?电话|办公电话|院内电话")


def _folds() -> dict[int, str | None]:
    """Digits of every script and the signs between them; nothing grows, unlike under NFKC."""
    folds: dict[int, str | None] = dict.fromkeys(ZERO_WIDTH)
    for code in (*range(0x80, 0x10000), *range(0x1D7CE, 0x1D800)):
        digit = unicodedata.digit(chr(code), None)
        if digit is not None:
            folds[code] = str(digit)
    full_width = "Ｘｘ－＿．＋（）／　"
    folds |= {ord(sign): unicodedata.normalize("NFKC", sign) for sign in full_width}
    return folds


_FOLDS = _folds()


def _folded(text: str) -> str:
    return text if text.isascii() else text.translate(_FOLDS)


def holds_personal_data(text: str) -> bool:
    """Whether an identity number (valid check digit, or 15 digits) or a mobile is in the text."""
    if len(text) < _SHORTEST:
        return False
    read = _folded(text)
    return bool(_MOBILE.search(read) or _OLD_ID.search(read)) or any(
        _checks(found[1]) for found in _LONG_ID.finditer(read)
    )


def rounded_identity(digits: str) -> bool:
    """Whether a numeric cell of 18 digits was an identity number before Excel rounded it."""
    return len(digits) == 18 and digits.isdigit() and bool(_LONG_ID.fullmatch(digits))


def holds_identity(text: str) -> bool:
    """Whether an identity number is in the text: for numbers, where 11 digits may be an amount."""
    if len(text) < 15:
        return False
    read = _folded(text)
    return any(_checks(found[1]) for found in _LONG_ID.finditer(read))


def masked(text: str) -> str:
    """The text with every identity and mobile number blotted out."""
    if not holds_personal_data(text):
        return text
    read = _LONG_ID.sub(MASK, _folded(text))
    return _MOBILE.sub(MASK, _OLD_ID.sub(MASK, read))


def personal_header(text: str, hashed: bool = False) -> bool:
    """Whether a column of this header would hold personal data.

    hashed: its numbers are hashed, so that the number of a stay or a visit may come in.
    """
    read = _REMARK.sub("", label(text))
    sought = _OF_A_PERSON if hashed else _HEADERS
    return bool(sought.search(read)) and not _OF_A_DEPARTMENT.search(read)


def _checks(found: str) -> bool:
    digits = re.sub(r"[^0-9X]", "", found.upper())
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return digits[17] == _CHECK[total % 11]
