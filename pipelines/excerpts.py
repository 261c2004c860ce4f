"""Quote the original words of a page in one readable line."""

from __future__ import annotations

import re

LONGEST = 320  # characters of an excerpt

_CUT_WORD = re.compile(r"(?<=[^\W\d_])(?:-|\u2010|\u00ad|\ufffe)[ ]{0,4}[\r\n]{1,2}[ ]{0,9}(?=[a-zà-öø-ÿœ])")
_CUT_UPPER = re.compile(r"(?<=[^\W\d_])(?:-|\u2010)[ ]{0,4}[\r\n]{1,2}[ ]{0,9}(?=[^\W\d_])")
_SOFT = re.compile(r"[\u00ad\ufffe][\r\n]{0,2}")


def one_line(text: str) -> str:
    """The text on one line: words cut at a line's end are joined, white space is folded."""
    text = _CUT_WORD.sub("", text)
    text = _SOFT.sub("", _CUT_UPPER.sub("-", text))
    return " ".join(text.split())


def excerpt(text: str, left: int, right: int, start: int, end: int) -> str:
    """The sentence ``text[left:right]`` in one line, cut around the words ``text[start:end]`` where it is long."""
    if right - left > LONGEST:
        spare = max(0, LONGEST - (end - start)) // 2
        left, right = max(left, start - spare), min(right, end + spare)
        cut_left, cut_right = left > 0 and text[left - 1].isalnum(), right < len(text) and text[right].isalnum()
        if cut_left:
            left = next((i for i in range(left, start) if text[i].isspace()), start)
        if cut_right:
            right = next((i for i in range(right, end, -1) if text[i - 1].isspace()), end)
        return f"{'… ' if cut_left else ''}{one_line(text[left:right])}{' …' if cut_right else ''}"
    return one_line(text[left:right])
