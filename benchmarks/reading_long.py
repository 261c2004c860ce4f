"""Long documents for ``reading.py``, made up: time has to stay linear in them, and memory bounded."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_SENTENCE = (
    "Madame l'adjointe rappelle que la commune a engagé la rénovation énergétique de l'école du bourg et "
    "que le plan de financement a été présenté à la commission des finances, qui a rendu un avis favorable."
)


def long_documents(full: bool) -> list[tuple[str, bytes, str, int]]:
    """Name, bytes, type, and how many times as long as the one before (1: there is none to compare with)."""
    line = (_SENTENCE + "\n").encode()
    text = line * (1_000_000 // len(line))
    points = [f"<li>{_SENTENCE[34:90]} {number}</li>" for number in range(20_000)]
    made = [
        ("minutes, 150 pages", _minutes(150), "application/pdf", 1),
        ("minutes, 600 pages", _minutes(600), "application/pdf", 4),
        ("one page of 1 MB", _page(text.decode().split("\n")), "application/pdf", 1),
        ("HTML list of 5,000 points", _site(points[:5_000]), "text/html", 1),
        ("HTML list of 20,000 points", _site(points), "text/html", 4),
        ("text of 1 MB", text, "text/plain", 1),
    ]
    if full:
        made += [
            ("text of 20 MB", text * 20, "text/plain", 20),
            ("one line of 1 MB", text.replace(b"\n", b" "), "text/plain", 1),
        ]
    return made


def _minutes(pages: int) -> bytes:
    """Minutes of a council: a point of the agenda on each page, with its vote."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number in range(1, pages + 1):
        if number == 1:
            canvas.drawString(60, 790, "Procès-verbal du conseil municipal du 12 mars 2026 à 19 heures")
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(60, 760, f"{number} - Travaux de l'école, tranche {number} : plan de financement")
        canvas.setFont("Helvetica", 10)
        for line in range(36):
            canvas.drawString(60, 735 - 17 * line, _SENTENCE[:92] if line % 2 else _SENTENCE[92:])
        canvas.drawString(60, 100, "Après en avoir délibéré, le conseil municipal adopte à l'unanimité.")
        canvas.drawString(280, 40, f"{number} / {pages}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _page(lines: Sequence[str]) -> bytes:
    """All lines on one page, as tall as they need."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(1200, 14 * len(lines) + 100))
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(lines):
        canvas.drawString(40, 14 * (len(lines) - number) + 40, line)
    canvas.save()
    return buffer.getvalue()


def _site(points: Sequence[str]) -> bytes:
    head = "<html><body><h1>Conseil municipal du 12 mars 2026 à 19 heures</h1><h2>Ordre du jour</h2><ul>"
    return (head + "".join(points) + "</ul></body></html>").encode()
