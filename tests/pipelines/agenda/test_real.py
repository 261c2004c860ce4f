"""Real documents of the shared corpus: the golden agenda."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from crawler.models import Hints
from pipelines.agenda.claims import claims
from pipelines.text.extract import extract


def read(path: Path, **hints: str) -> tuple[str, tuple[object, ...]]:
    given = Hints(file_name=path.name, reference_date=date(2025, 9, 12), **hints)  # type: ignore[arg-type]
    return claims(extract(path.read_bytes(), "application/pdf", given), given)


def test_a_real_agenda(shared: Path) -> None:
    given = Hints(file_name="02_20250917_cm_odj.pdf", reference_date=date(2025, 9, 12))
    data = (shared / "corpus/pdf-text/audierne/02_20250917_cm_odj.pdf").read_bytes()
    kind, (session,) = claims(extract(data, "application/pdf", given), given)
    assert (kind, session.body, session.date, session.time) == ("agenda", "conseil municipal", date(2025, 9, 17), None)
    assert [item.number for item in session.items] == [str(number) for number in range(1, 30)]
    assert session.complete and session.status == "scheduled"
    assert session.items[26].page == 2 and "vidéoprotection" in session.items[26].title
    assert [item.theme is None for item in session.items[:4]] == [True, True, True, False]
    assert [item.number for item in session.items if item.minor] == ["1", "29"]


def test_a_scan_claims_the_session_of_its_file_name(shared: Path) -> None:
    given = Hints(file_name="01_20250917_cm_convocation.pdf", reference_date=date(2025, 9, 12))
    data = (shared / "corpus/pdf-scan/audierne/01_20250917_cm_convocation.pdf").read_bytes()
    kind, (session,) = claims(extract(data, "application/pdf", given), given)
    assert (kind, session.body, session.date, session.time) == (
        "convocation",
        "conseil municipal",
        date(2025, 9, 17),
        None,
    )
    assert session.items == () and not session.complete


def test_prefects_and_notices_are_no_sessions(shared: Path) -> None:
    for name in (
        "pdf-text/audierne/decret-27-08-25-convocation-des-electeurs.pdf",
        "pdf-text/audierne/Avis-de-publicite-2025-Emplacement.pdf",
        "pdf-text/audierne/DE2024-119_modification_plu2_bilan_concertation_annexe-tampon-1.pdf",
    ):
        assert read(shared / "corpus" / name)[1] == (), name
