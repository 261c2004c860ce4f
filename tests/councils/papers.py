"""The papers of a session as bytes: PDF, DOCX, ODT, and paragraphs for pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from random import Random

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from tests.councils.ground import Meeting
from tests.councils.wording import hour, long, said

Lines = list[tuple[str, str]]  # ("h" heading, "p" paragraph, "n" numbered), text
NAMES = (
    "Odile Framboisier",
    "Karim Destrelle",
    "Jeanne Vaucorbeil",
    "Paul Tréguidel",
    "Inès Malavaud",
    "Luc Pontarmé",
    "Solène Girouard",
    "Marc Aubespin",
    "Nadia Ferlange",
    "Yves Coursault",
)


def agenda(town: str, meeting: Meeting, hand: int = 0) -> Lines:
    """A convocation with its agenda."""
    when = said(meeting.day, meeting.clock, hand)
    lines = [
        ("h", town),
        ("h", f"CONVOCATION DU {meeting.body.upper()}"),
        ("p", f"Date de convocation : {long(meeting.convened)}"),
        (
            "p",
            f"Madame, Monsieur, j'ai l'honneur de vous prier d'assister à la séance du {meeting.body} qui se"
            f" tiendra le {when}, {meeting.place}.",
        ),
        ("h", "ORDRE DU JOUR"),
    ]
    lines += [("n", f"{number}. {title}") for number, title in enumerate(meeting.items, 1)]
    return [*lines, ("p", "Questions diverses"), ("p", "Le Maire" if "municipal" in meeting.body else "Le Président")]


def minutes(town: str, meeting: Meeting, hand: int = 0) -> Lines:
    """Minutes: who was there, each point with what was decided."""
    dice = Random(f"{town}{meeting.day}")
    lines = [("h", town), ("h", "PROCÈS-VERBAL"), ("h", f"Séance du {meeting.body} du {long(meeting.day)}")]
    opened = f" à {hour(meeting.clock, 4)}" if meeting.clock else ""
    lines += [
        (
            "p",
            f"L'an {meeting.day.year}, le {long(meeting.day)}{opened}, le {meeting.body}, légalement convoqué"
            f" le {long(meeting.convened, weekday=False)}, s'est réuni {meeting.place}.",
        ),
        ("p", "Présents : " + ", ".join(NAMES[:7])),
        ("p", f"Secrétaire de séance : {NAMES[4]}"),
    ]
    for number, title in enumerate(meeting.items, 1):
        count = dice.randint(14, 27)
        lines += [
            ("n", f"{number}. {title}"),
            (
                "p",
                "Après en avoir délibéré, l'assemblée adopte cette proposition "
                + dice.choice(("à l'unanimité.", f"par {count} voix pour, 2 contre et 1 abstention.")),
            ),
        ]
    return lines


def act(town: str, meeting: Meeting, index: int, number: str = "") -> Lines:
    """One deliberation of a session."""
    title = meeting.items[index]
    return [
        ("h", town),
        ("h", "EXTRAIT DU REGISTRE DES DÉLIBÉRATIONS"),
        ("h", f"{meeting.body.capitalize()} – Séance du {long(meeting.day)}"),
        ("p", f"Délibération n° {number or f'{meeting.day.year}-{index + 1:02d}'}"),
        ("p", f"Objet : {title}"),
        (
            "p",
            f"L'an {meeting.day.year}, le {long(meeting.day)}, le {meeting.body}, légalement convoqué le"
            f" {long(meeting.convened, weekday=False)}, s'est réuni {meeting.place}.",
        ),
        ("p", "Vu le code général des collectivités territoriales, considérant l'intérêt du projet présenté,"),
        ("p", "DÉCIDE d'approuver la proposition exposée ci-dessus, à l'unanimité."),
    ]


def report(town: str, meeting: Meeting, index: int, number: str = "") -> Lines:
    """A report put before an assembly ahead of its vote."""
    title = meeting.items[index % len(meeting.items)]
    return [
        ("h", town),
        ("h", f"RAPPORT N° {number}"),
        ("h", f"{meeting.body.capitalize()} du {long(meeting.day)}"),
        ("p", f"Objet : {title}"),
        ("p", f"Rapporteur : {NAMES[index % len(NAMES)]}"),
        (
            "p",
            "Mesdames, Messieurs, le présent rapport a pour objet de soumettre à votre approbation le projet"
            f" suivant : {title[0].lower()}{title[1:]}. Son coût est inscrit au budget de l'exercice.",
        ),
        ("p", "Je vous prie de bien vouloir en délibérer."),
    ]


def results(town: str, meeting: Meeting) -> Lines:
    """The list of deliberations that must be shown within a week."""
    lines = [
        ("h", town),
        ("h", "LISTE DES DÉLIBÉRATIONS EXAMINÉES"),
        ("h", f"{meeting.body.capitalize()} du {long(meeting.day)}"),
    ]
    lines += [
        ("n", f"{meeting.day.year}-{number:02d} {title} : adoptée à l'unanimité")
        for number, title in enumerate(meeting.items, 1)
    ]
    return [*lines, ("p", f"Affiché le {long(meeting.day)} à la porte de la mairie.")]


def note(town: str, meeting: Meeting) -> Lines:
    """An explanatory note that goes with a convocation."""
    lines = [
        ("h", town),
        ("h", "NOTE EXPLICATIVE DE SYNTHÈSE"),
        ("h", f"{meeting.body.capitalize()} du {long(meeting.day)}"),
    ]
    for number, title in enumerate(meeting.items, 1):
        lines += [
            ("n", f"{number}. {title}"),
            (
                "p",
                "L'assemblée est invitée à se prononcer sur ce projet, présenté"
                " à la commission compétente la semaine dernière.",
            ),
        ]
    return lines


def flyer(title: str) -> Callable[[], bytes]:
    """A paper that is none of a council: menu, magazine, form."""
    return pdf(
        [
            ("h", title),
            ("p", "Lundi : carottes râpées, gratin de courge, compote."),
            ("p", "Renseignements à l'accueil, aux heures d'ouverture, ou par téléphone."),
            ("p", "Bulletin d'inscription à découper et à rendre avec le règlement intérieur signé."),
        ]
    )


def pdf(lines: Lines) -> Callable[[], bytes]:
    """A PDF of these lines, made when it is asked for; the same bytes each time."""
    return partial(_pdf, tuple(lines))


def _pdf(lines: Sequence[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    y = 800.0
    for style, text in lines:
        font, size = ("Helvetica-Bold", 13) if style == "h" else ("Helvetica", 11)
        for part in simpleSplit(text, font, size, 470):
            if y < 60:
                canvas.showPage()
                y = 800.0
            canvas.setFont(font, size)
            canvas.drawString(60 + (12 if style == "n" else 0), y, part)
            y -= size + 4
        y -= 6
    canvas.save()
    return buffer.getvalue()


def docx(lines: Lines) -> bytes:
    head = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    body = "".join(
        f'<w:p>{head if style == "h" else ""}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for style, text in lines
    )
    return _zip(
        {
            "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats'
            f'.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>',
        }
    )


def odt(lines: Lines) -> bytes:
    body = "".join(
        f"<text:{'h' if style == 'h' else 'p'}>{escape(text)}</text:{'h' if style == 'h' else 'p'}>"
        for style, text in lines
    )
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?>'
            f'<office:document-content {names} office:version="1.2">'
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
            'opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" '
            'manifest:media-type="text/xml"/></manifest:manifest>',
        }
    )


def _zip(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), text.encode(), compress_type=kind)
    return buffer.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


def paragraphs(lines: Lines, top: int = 3) -> str:
    """The same lines as markup, the numbered ones as a list."""
    out: list[str] = []
    numbered: list[str] = []
    for style, text in [*lines, ("", "")]:
        if style == "n":
            numbered.append(f"<li>{escape(text.partition('. ')[2] or text)}</li>")
            continue
        if numbered:
            out.append(f"<ol>{''.join(numbered)}</ol>")
            numbered = []
        if text:
            out.append(f"<h{top}>{escape(text)}</h{top}>" if style == "h" else f"<p>{escape(text)}</p>")
    return "\n".join(out)
