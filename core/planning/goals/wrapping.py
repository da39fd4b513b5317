"""Titles of goals fitted into a row or a box. A Chinese letter is as wide as two Latin ones."""

from __future__ import annotations

from unicodedata import east_asian_width


def width(text: str) -> int:
    """Half-widths of a text."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, most: int) -> str:
    """At most so many Chinese letters; what is cut ends in …"""
    if width(text) <= 2 * most:
        return text
    found = ""
    for letter in text:
        if width(found + letter) > 2 * most - 2:
            break
        found += letter
    return f"{found}…"


def wrapped(text: str, letters: int, lines: int) -> str:
    """Lines of at most so many Chinese letters; what does not fit ends in …"""
    found = [""]
    for letter in text:
        if width(found[-1] + letter) > 2 * letters:
            if len(found) == lines:
                found[-1] = cut(found[-1] + letter + letter, letters)
                break
            found.append("")
        found[-1] += letter
    return "\n".join(found)
