"""A text that is longer than a platform takes comes in parts, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.long_texts import in_parts, json_bytes, utf16_units


def ten(text: str) -> bool:
    return utf16_units(text) <= 10


def test_short() -> None:
    """What fits stays whole; what is empty has no parts."""
    assert in_parts(" një dy ", ten) == ["një dy"]
    assert in_parts(" \n", ten) == []


def test_where_it_is_cut() -> None:
    """At a paragraph before a line, at a line before a word, anywhere where there is neither."""
    assert in_parts("një\ndy\n\ntre katër", ten) == ["një\ndy", "tre katër"]
    assert in_parts("një dy\ntre katër", ten) == ["një dy", "tre katër"]
    assert in_parts("një dy tre katër", ten) == ["një dy tre", "katër"]
    assert in_parts("x" * 25, ten) == ["x" * 10, "x" * 10, "x" * 5]


def test_no_crumbs() -> None:
    """A break near the beginning is passed over: a part of two letters helps nobody."""
    assert in_parts("a\n\nbcd efg hij", ten) == ["a\n\nbcd efg", "hij"]


@given(st.text(max_size=80))
def test_nothing_is_lost(text: str) -> None:
    """All words are there, in order, and every part fits; emoji count twice."""
    parts = in_parts(text, ten)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part and ten(part) for part in parts)


def test_measures() -> None:
    """Emoji are two units; letters are spelt out in JSON, quotes and breaks are escaped."""
    assert utf16_units("ë😀") == 3
    assert json_bytes('ë"\n') == 2 + 2 + 2 + 2
