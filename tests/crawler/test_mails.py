"""E-mails handed to ``ingest``: the attachments, and nothing that tells who sent them."""

from __future__ import annotations

from email.message import EmailMessage

from crawler.mails import attachments, is_mail


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Agent Inventé <agent@mairie.example>"
    message["To"] = "veille@example.org"
    message["Subject"] = "Projet"
    message.set_content("Voici le projet.")
    message.add_attachment(b"%PDF-1.4 one", maintype="application", subtype="pdf", filename="déliberation.pdf")
    return message


def test_attachments_are_found_also_in_forwarded_messages() -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.org", "b@example.org", "Tr: Projet"
    outer.set_content("voir ci-joint")
    outer.add_attachment(mail())
    outer.add_attachment(b"two", maintype="application", subtype="octet-stream")
    assert attachments(bytes(outer)) == [("déliberation.pdf", b"%PDF-1.4 one"), ("", b"two")]


def test_a_mail_is_known_by_its_headers() -> None:
    assert is_mail(bytes(mail()), "message.eml")
    assert is_mail(bytes(mail()), "without-extension")
    assert is_mail(bytes(mail()).replace(b"\n", b"\r\n"), "x")


def test_other_texts_are_no_mails() -> None:
    agenda = b"Ordre du jour\nDate: 12 mars 2026\nLieu: mairie\n\nSubject: none"
    assert not is_mail(agenda, "odj.txt")
    assert not is_mail(b"%PDF-1.4\nfrom: x\nto: y\nsubject: z\n\n", "a.pdf")
    assert not is_mail(b"", "empty.eml")


def test_broken_mails_have_no_attachments() -> None:
    assert attachments(b"From: x\nContent-Type: multipart/mixed; boundary=never\n\n--nev") == []
    assert attachments(b"") == []
