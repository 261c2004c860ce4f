"""After new evidence: reconcile one council's claims, save the facts, plan the alerts.

``crawl``, ``ingest`` and ``reprocess`` all end here, so alert rows exist when they return (DESIGN §6).
"""

from __future__ import annotations

from datetime import datetime

from alerts.outbox import plan_and_store
from crawler.config import Config
from crawler.errors import ArchiveError
from crawler.models import Council, Facts, Part
from crawler.news import only_news
from db.home import Home
from db.ids import new_id
from db.locks import alone
from db.store.archive import Store
from db.store.reviews import publish_dismissals
from pipelines.reconcile.papers import PaperText, TextOf, with_papers
from pipelines.reconcile.reconcile import reconcile

# Two processes that settled one council at once would each give new ids to the same session.
LOCK_SECONDS = 120
_KEPT = "another process is putting facts together; the documents are kept: run the same command again"


def settle(home: Home, config: Config, council: Council, now: datetime) -> int:
    """Bring the facts and alerts of ``council`` up to its evidence; returns how many alerts are new.

    Idempotent: with the same evidence a second call changes nothing. What was read late, by better code or by a
    recogniser installed since, may be found but changes nothing: that compares two readers of ours (DESIGN §2).
    Raises ArchiveError where another process has been settling for ``LOCK_SECONDS``.
    """
    with alone(home.root / "settle.lock", ArchiveError(_KEPT), LOCK_SECONDS):
        with Store(home) as public, Store(home, private=True) as private:
            public.put_council(council)
            private.put_council(council)
            marks = [(store, store.unsettled([council.id])) for store in (public, private)]  # before what they mark
            late = public.late_versions(council.id) | private.late_versions(council.id)
            recognised = public.recognised_pages(council.id) | private.recognised_pages(council.id)
            evidence = [*public.evidence(council.id), *private.evidence(council.id)]
            before, before_private = public.facts(council.id), private.facts(council.id)
            result = reconcile(
                evidence,
                before,
                before_private,
                council,
                new_id,
                _both(public.former(council.id), private.former(council.id)),
            )
            result = with_papers(result, before, before_private, evidence, _texts(public, private))
            public.save_facts(only_news(result.public, late, recognised), now)
            private.save_facts(only_news(result.private, late, recognised), now)
            publish_dismissals(home)  # of what was private until now, perhaps
            planned = plan_and_store(home, config, now)
            for store, found in marks:
                for mark in found.values():
                    store.settled(council.id, mark)
        return planned


def _texts(public: Store, private: Store) -> TextOf:
    """What a paper of either archive says of an item."""

    def text_of(part: Part) -> PaperText | None:
        origin, _, number = part.version_id.partition(":")
        store = private if origin == "private" else public
        row = store.paper_text(int(number), part.begin, part.finish)
        return PaperText(**row) if row else None

    return text_of


def _both(public: Facts, private: Facts) -> Facts:
    """What was superseded in either archive."""
    return Facts(
        public.council_id,
        (*public.sessions, *private.sessions),
        (*public.loose_flags, *private.loose_flags),
    )
