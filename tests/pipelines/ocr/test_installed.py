"""What is there to recognise with, and what is said where it is not."""

from __future__ import annotations

import pytest

from pipelines.text.ocr import installed
from pipelines.text.ocr.engine import availability


def training(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.traineddata").write_bytes(name.encode())
    return folder


@pytest.fixture
def bound(monkeypatch):
    """A machine with the binding, whatever this one has."""
    monkeypatch.setattr(installed, "_version", lambda: "tesseract 5.0")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose folders are under ``tmp_path``."""
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(installed, "_DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(installed, "_USUAL", (tmp_path / "usual", tmp_path / "local"))
    return tmp_path


@pytest.mark.usefixtures("bound")
def test_nothing_installed_names_the_debian_packages(machine, capfd):
    found = availability()
    assert (found.ready, found.data, found.osd) == (False, None, False)
    assert found.packages == ("tesseract-ocr-fra", "tesseract-ocr-osd")
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("bound")
def test_french_without_orientation_is_ready_and_says_what_would_help(machine):
    training(machine / "usual", "fra")
    found = availability()
    assert (found.ready, found.osd, found.packages) == (True, False, ("tesseract-ocr-osd",))


@pytest.mark.usefixtures("bound")
def test_the_newest_folder_of_debian_comes_first(machine):
    for version in ("4.00", "5", "10"):
        training(machine / "debian" / version / "tessdata", "fra", "osd")
    training(machine / "usual", "fra", "osd")
    found = availability()
    assert found.data == machine / "debian" / "10" / "tessdata"
    assert (found.ready, found.osd, found.packages) == (True, True, ())


@pytest.mark.usefixtures("bound")
def test_what_is_installed_later_is_found(machine):
    assert not availability().ready
    training(machine / "local", "fra")
    assert availability().ready


@pytest.mark.usefixtures("bound")
def test_an_explicit_folder_decides_alone(machine, monkeypatch):
    training(machine / "usual", "fra", "osd")
    monkeypatch.setenv("TESSDATA_PREFIX", str(machine / "mine"))
    assert not availability().ready
    training(machine / "mine" / "tessdata", "fra")
    assert availability().data == machine / "mine" / "tessdata"
    monkeypatch.setenv("TESSDATA_PREFIX", "")
    assert availability().data == machine / "usual"


@pytest.mark.usefixtures("bound")
def test_other_data_is_another_engine(machine):
    folder = training(machine / "usual", "fra")
    before = availability().engine
    assert before.startswith("tesseract 5.0 fra.")
    (folder / "fra.traineddata").write_bytes(b"better trained")
    assert availability().engine != before


def test_without_the_binding_nothing_is_ready(machine, monkeypatch):
    training(machine / "usual", "fra", "osd")

    def absent():
        raise ImportError("No module named 'tesserocr'")

    monkeypatch.setattr(installed, "binding", absent)
    found = availability()
    assert (found.ready, found.engine, found.packages) == (False, "", ())


@pytest.mark.ocr
def test_this_machine_can_recognise():
    found = availability()
    if not found.ready:
        pytest.skip(f"needs {' '.join(found.packages) or 'tesserocr'}")
    assert found.engine.startswith("tesseract ")
    assert found.data is not None
