"""Kind and day from the addresses of documents: a real sample labelled by hand, and forms of other councils."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from crawler.models import CouncilKind, DocumentKind, Hints
from pipelines.agenda.folders import folders_of, likelier
from pipelines.agenda.kinds import kind_named
from pipelines.agenda.sessions import day_named

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 2)


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location("benchmark_urls", ROOT / "benchmarks" / "urls.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    yield module


@pytest.mark.parametrize("when", ["in 2019", "in 2026", "unknown"])
def test_the_labelled_sample_stays_understood(shared: Path, urls: ModuleType, when: str) -> None:
    counts, errors = urls.score(shared / "corpus", urls.SEEN[when])
    for name, held in (("kind", 78), ("date", 123)):
        assert counts[name, "right", True] >= 0.98 * held, errors
        assert sum(counts[name, "wrong", some] for some in (True, False)) <= 2, errors
        assert sum(count for (said, _, _), count in counts.items() if said == name) == 200


@pytest.mark.parametrize(
    ("url", "kind", "day"),
    [
        # the folder is the day of posting, never the session's
        ("/fichiers/2014/10/28/cm141030_odj.pdf", "agenda", "2014-10-30"),
        ("/wp-content/uploads/2026/09/CM-du-17-septembre-ODJ.pdf", "agenda", "2026-09-17"),
        ("/wp-content/uploads/2023/01/PV-CM-15-decembre.pdf", "minutes", "2022-12-15"),
        ("/wp-content/uploads/2024/03/PV_120224.pdf", "minutes", "2024-02-12"),
        ("/sites/default/files/2025-06/250626_convocation.pdf", "convocation", "2025-06-26"),
        ("/medias/2026/10/05/ordre-du-jour.pdf", "agenda", None),
        # years of a folder
        ("/conseil/2018/ODJ/odj_cm_110618.pdf", "agenda", "2018-06-11"),
        ("/odj_2001-2008/cm_040908.php", "agenda", "2008-09-04"),
        ("/2017/comptes-rendus/cc_9_mars.pdf", "minutes", "2017-03-09"),
        ("/deliberations/2024/CM-2024-05-14.pdf", "deliberation", "2024-05-14"),
        ("/odj_2001-2008/rapport_activite_20_12_2004.pdf", None, None),
        # months glued to days and years
        ("/odj_conseil_communautaire_17dec19.pdf", "agenda", "2019-12-17"),
        ("/cr-bureau-communautaire8mars16.pdf", "minutes", "2016-03-08"),
        ("/PVCM_2302_2017.pdf", "minutes", "2017-02-23"),
        ("/1906201901_DEL.pdf", "deliberation", "2019-06-19"),
        # digits that lead a name, and a day to come
        ("/111215_odj.pdf", "agenda", "2011-12-15"),
        ("/odj_261119.pdf", "agenda", "2026-11-19"),
        ("/261119_odj.pdf", "agenda", "2026-11-19"),
        ("/191126-odj-cm.pdf", "agenda", "2026-11-19"),
        # papers around a session
        ("/LISTING_AFFICHAGE_CM_21_12_2017.pdf", "list", "2017-12-21"),
        ("/affichage_du_conseil_26_05_2016.pdf", "list", "2016-05-26"),
        ("/annexe_pt20_2501_2007.pdf", "annex", "2007-01-25"),
        ("/DCM_du_29_avril_2010_secteur.pdf", "deliberation", "2010-04-29"),
        ("/note-de-synthese-cm-03-02-2026.pdf", "note", "2026-02-03"),
        ("/rapport_sans_annexe.pdf", None, None),
        ("/rapport_de_presentation_du_PLUi_8_novembre_2016.pdf", None, None),
        # dates that are no session's
        ("/Arrete_prefectoral_du_20_janvier_2012_instituant_la_commission_locale.pdf", None, None),
        ("/actus/2017/170601_fete_du_velo.php", None, None),
        ("/menus_scolaires_12-16_mars_2026.pdf", None, None),
        ("/agenda/evenements/debut/2026-11-23/", None, None),
        ("/recueil-des-actes-administratifs-12-03-2026.pdf", None, None),
        # numbers of acts
        ("/CP_D_26-03-19.pdf", None, None),
        ("/DEL2024-048.pdf", "deliberation", None),
        ("/seances/point-4597.php", None, None),
    ],
)  # fmt: skip
def test_an_address(url: str, kind: DocumentKind | None, day: str | None) -> None:
    hints = Hints(url=f"https://mairie.example{url}", reference_date=TODAY)
    named = kind_named(hints)
    found = day_named(hints)
    assert (named if named != "other" else None, found.isoformat() if found else None) == (kind, day)


@pytest.mark.parametrize(
    ("council", "name", "kind", "day"),
    [
        ("region", "CP_2026_03_20_ODJ.pdf", "agenda", "2026-03-20"),
        ("departement", "CD du 26 juin 2026 - releve des decisions.pdf", "list", "2026-06-26"),
        ("departement", "CP_D_26-03-19.pdf", None, None),
        ("region", "AP-D-26-03-04_rapport.pdf", None, None),
    ],
)
def test_names_of_regions_and_departments(
    council: CouncilKind, name: str, kind: DocumentKind | None, day: str | None
) -> None:
    hints = Hints(url=f"https://region.example/{name}", council_kind=council, reference_date=TODAY)
    found = day_named(hints)
    assert (kind_named(hints), found.isoformat() if found else None) == (kind, day)


def test_a_folder_tells_when_something_was_posted() -> None:
    assert folders_of("https://m.example/2014/10/28/a.pdf").posted == date(2014, 10, 28)
    assert folders_of("/uploads/2023/11/a.pdf").posted == date(2023, 11, 15)
    assert folders_of("/files/2023-11/a.pdf?x=/2019/01/").posted == date(2023, 11, 15)
    assert folders_of("/2023/13/a.pdf").years == (2023, 2023)
    assert folders_of("/odj_1997-2008/pdf/a.pdf").years == (1997, 2008)
    assert folders_of("/pages/12019/a.pdf").years is None
    assert folders_of("").names == ()


def test_six_digits_are_read_as_the_likelier_day() -> None:
    sortable, spoken = date(2011, 12, 15), date(2015, 12, 11)
    assert likelier(sortable, spoken, TODAY, leads=True) == [sortable, spoken]
    assert likelier(sortable, spoken, TODAY, leads=False) == [spoken, sortable]
    assert likelier(None, date(2028, 1, 10), TODAY, leads=False) == []
    sunday, monday = date(2010, 4, 11), date(2011, 4, 11)
    assert likelier(sunday, monday, None, leads=True) == [monday, sunday]
