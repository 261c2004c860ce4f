from __future__ import annotations

import pytest

from pipelines.text.decode import decode, mended

TEXT = "Délibération n° 3 : l’été à Besançon – « vidéoprotection » et main-d’œuvre à 12 €"
PLAIN = "Délibération n° 3 : réunion à l'hôtel de ville, où la mère élue siège déjà. Approuvé à l'unanimité. "


@pytest.mark.parametrize(
    "declared", [None, "utf-8", "iso-8859-1", "text/html; charset=windows-1252", "x-nonsense", "utf-16"]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"])
def test_wrong_declarations_do_no_harm(charset: str, declared: str | None) -> None:
    assert decode(TEXT.encode(charset), declared) == TEXT


@pytest.mark.parametrize("charset", ["iso8859-15", "cp850", "latin-1"])
def test_older_charsets(charset: str) -> None:
    assert decode((PLAIN * 3).encode(charset), "utf-8") == PLAIN * 3


def test_meta_is_heeded_for_scripts_other_than_latin() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Привет, совет</p>'
    assert "Привет, совет" in decode(page.encode("cp1251"), None, markup=True)


def test_meta_that_lies_about_utf8() -> None:
    page = f'<meta charset="iso-8859-1"><p>{TEXT}</p>'
    assert TEXT in decode(page.encode(), "iso-8859-1", markup=True)


def test_a_page_patched_in_another_charset_keeps_both() -> None:
    assert decode("Réunion du conseil à 18 h ".encode() + "salle des fêtes".encode("cp1252")) == (
        "Réunion du conseil à 18 h salle des fêtes"
    )


def test_double_encoding_is_undone() -> None:
    twice = TEXT.encode().decode("cp1252", "replace")
    assert "Ã©" in twice
    mended = decode(twice.encode())
    assert mended.startswith("Délibération n° 3 : l’été")
    assert "Ã" not in mended


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1250", "mac_roman", "cp850"])
def test_whatever_charset_it_was_misread_by(charset: str) -> None:
    said = "Séance à 18 h 30, à l’hôtel de ville, œuvre « créée » n° 3 ; ÉTÉ À ÇA, être âgé, naïf, sûr, 12 €"
    twice = said.encode().decode(charset, "ignore" if charset in ("cp1252", "cp1250") else "strict")
    assert mended(twice) == said
    assert mended(twice.replace("\xa0", " ")).replace("  ", " ") == said


def test_misread_three_times() -> None:
    said = "Délibération relative à l’été"
    once = said.encode().decode("latin-1")
    assert mended(once.encode().decode("latin-1").encode().decode("latin-1")) == said


@pytest.mark.parametrize(
    "text", ["√2 + √ 3", "√ Vidéo √ Son √ Été", "├─ un ├── deux", "HÔTEL DE L’ÉVÊCHÉ ÔÉ", "n° 3 Â"]
)
def test_honest_signs_are_not_mended(text: str) -> None:
    assert mended(text) == text


def test_honest_capitals_are_not_mended() -> None:
    assert decode("SÃO PAULO et Â½".encode()) == "SÃO PAULO et Â½"


def test_never_raises() -> None:
    for data in (b"\xff", b"\xfe\xff\xd8", bytes(range(256)), b"\xef\xbb\xbf\xff", b"\xc3"):
        assert isinstance(decode(data, "utf-8"), str)
