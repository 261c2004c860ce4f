"""Line numbers of keys: the part of reading TOML that ``tomllib`` leaves out."""

from __future__ import annotations

import tomllib

from crawler.toml_lines import Lines

TEXT = '''# a comment with [brackets] and = signs
top = 1
"quoted.key" = """
[not.a.table]
x = 1
"""
[a]
b = "x # not a comment"  # [[neither]]
c.d = { e = 1, f = [1, 2] }
list = [
  # first
  "one", "two",

  ["nested",
   2],
  {k = "v"},
]
literal = \'\'\'
[[a]]\'\'\'
[[t]]
id = 1
[[t.sub]]
x = 1
[[t]]
id = 2
[t.sub2]
y = 2
'''


def test_tables_keys_and_elements() -> None:
    tomllib.loads(TEXT)
    lines = Lines(TEXT)
    expected = {
        ("top",): 2, ("quoted.key",): 3, ("a",): 7, ("a", "b"): 8, ("a", "c", "d"): 9, ("a", "c"): 9,
        ("a", "list"): 10, ("a", "list", 0): 12, ("a", "list", 1): 12, ("a", "list", 2): 14, ("a", "list", 3): 16,
        ("a", "literal"): 18, ("t",): 20, ("t", 0): 20, ("t", 0, "id"): 21, ("t", 0, "sub", 0, "x"): 23,
        ("t", 1): 24, ("t", 1, "id"): 25, ("t", 1, "sub2", "y"): 27,
    }  # fmt: skip
    assert {path: lines.of(*path) for path in expected} == expected


def test_what_is_absent_has_the_line_of_what_is_around_it() -> None:
    lines = Lines(TEXT)
    assert (lines.of("t", 1, "absent"), lines.of("a", "absent"), lines.of("absent")) == (24, 7, None)


def test_windows_line_ends_and_a_missing_last_one() -> None:
    lines = Lines("a = 1\r\n[b]\r\nc = [\r\n1]")
    assert (lines.of("a"), lines.of("b", "c"), lines.of("b", "c", 0)) == (1, 3, 4)


def test_every_value_of_the_text_has_a_line() -> None:
    def walk(value: object, path: tuple[str | int, ...] = ()) -> None:
        if path:
            assert path in lines._lines or path[:-1] in lines._lines, path
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in parts:
            if len(path) < 2:
                walk(part, (*path, key))

    lines = Lines(TEXT)
    walk(tomllib.loads(TEXT))
