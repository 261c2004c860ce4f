"""Lines that repeat a title, found by index: the same answer as asking every title, at the cost of one."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.repeated import SHORTEST_LINE, Titles

SQUEEZED = st.lists(st.sampled_from([b"a", b"b", b"ab", b"aaaa", b"abababababab", b"1"]), max_size=12).map(b"".join)


def asked_of_every_title(line: bytes, titles: list[bytes], own: int | None) -> bool:
    """The definition in plain words: each title in turn."""
    if len(line) < SHORTEST_LINE:
        return False
    for place, title in enumerate(titles):
        head = line.find(title[:SHORTEST_LINE])
        near = 0 <= head <= SHORTEST_LINE
        same = near and (line[head:].startswith(title) or title.startswith(line[head:]))
        if place != own and (line in title or same):
            return True
    return False


@settings(max_examples=400, deadline=None)
@given(st.lists(SQUEEZED, max_size=6), SQUEEZED, st.one_of(st.none(), st.integers(0, 6)))
@example([b"abababababababab"], b"1abababababab", None)
@example([b"abababababababab", b"abababababababab"], b"abababababab", 0)
@example([b"abababababababab"], b"abababababab", 0)
@example([b"aab", b"aabaaaaaaaaaaaaaaa"], b"bbbbbbbbbaab", 0)
def test_the_index_answers_as_the_titles_do(titles: list[bytes], line: bytes, own: int | None) -> None:
    index = Titles({(0, place): title for place, title in enumerate(titles)})
    for asked in (line, *titles, *(title + b"12" for title in titles), *(b"12" + title[:-1] for title in titles)):
        expected = asked_of_every_title(asked, titles, own)
        assert index.repeated(asked, None if own is None else (0, own)) == expected, asked


class Counted(bytes):
    """A title that counts how often it is looked into."""

    asked = 0

    def __contains__(self, part: object) -> bool:
        Counted.asked += 1
        return super().__contains__(part)  # type: ignore[operator]


def test_of_titles_that_differ_in_a_number_few_are_asked() -> None:
    titles = {(0, n): Counted(b"installationdecamerasrue%06dcentreville" % (n * 7919 % 1_000_003)) for n in range(500)}
    index = Titles(titles)
    for key, title in titles.items():
        assert index.repeated(bytes(title), None)
        assert not index.repeated(bytes(title), key)
        assert not index.repeated(b"12" + bytes(title), key)
        assert index.repeated(bytes(title)[5:40], None)
    assert 0 < Counted.asked < 5 * len(titles)
