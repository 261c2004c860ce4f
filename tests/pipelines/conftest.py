"""Archives and e-mails made in a line each; all names and texts are invented."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage

import pytest

Files = Mapping[str, bytes]


def make_zip(files: Files, *, stored: bool = False) -> bytes:
    """A ZIP of these files, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, archive.compression)
    return stream.getvalue()


def make_tar(files: Files, mode: str = "w") -> bytes:
    """A TAR of these files; ``mode`` as in ``tarfile.open``."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def make_mail(files: Files | None = None, subject: str = "Projet confidentiel") -> EmailMessage:
    """An e-mail from somebody who must not be found, with these attachments."""
    mail = EmailMessage()
    mail["From"] = "Agente Inventée <lanceuse@mairie.example>"
    mail["To"], mail["Subject"] = "veille@example.org", subject
    mail.set_content("Ne dites pas que cela vient de moi.")
    for name, data in (files or {}).items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail


@pytest.fixture
def zipped() -> Callable[..., bytes]:
    return make_zip


@pytest.fixture
def tarred() -> Callable[..., bytes]:
    return make_tar


@pytest.fixture
def mail() -> Callable[..., EmailMessage]:
    return make_mail
