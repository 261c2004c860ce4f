"""archive.db opens in Datasette as it is."""

from __future__ import annotations

import asyncio

import pytest

VIEWS = ("flagged", "upcoming", "outcomes", "source_health")


def test_the_views_answer_in_datasette(standing):
    app = pytest.importorskip("datasette.app", reason="needs Datasette")

    async def ask():
        datasette = app.Datasette([str(standing.archive)])
        await datasette.invoke_startup()
        paths = [f"/archive/{view}.json?_shape=array" for view in VIEWS] + ["/archive/pages.json?_search=cameras"]
        return [await datasette.client.get(path) for path in paths]

    answers = asyncio.run(ask())
    assert [answer.status_code for answer in answers] == [200] * 5
    assert {row["flag_id"] for row in answers[0].json()} == {"f-1", "f-4", "f-9"}
    assert len(answers[4].json()["rows"]) == 1, "the full-text index is not recognised"
