"""E-mails: the attachments, and nothing that tells who sent them."""

from __future__ import annotations

import struct
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import DocumentError
from pipelines.text.mails import EML, MSG, mail_kind
from pipelines.text.unpack import describe, unpack, unpack_path

PDF = b"%PDF-1.4 one"


def taken(data: bytes, kind: str = EML) -> list[tuple[str, bytes]]:
    return [(member.name, member.data) for member in unpack(data, kind).members]


# ---------------------------------------------------------------------- what is one


def test_a_mail_is_known_by_its_headers(mail):
    assert mail_kind(bytes(mail()), "message.eml") == EML
    assert mail_kind(bytes(mail()), "without-extension") == EML
    assert mail_kind(bytes(mail()).replace(b"\n", b"\r\n"), "x") == EML
    assert mail_kind(b"From: x@example.org\nSubject: y\n\nbody", "short.eml") == EML
    assert mail_kind(b"1234\n" + bytes(mail()), "apple.emlx") == EML


def test_other_texts_are_no_mails():
    agenda = b"Ordre du jour\nDate: 12 mars 2026\nLieu: mairie\n\nSubject: none"
    assert mail_kind(agenda, "odj.txt") is None
    assert mail_kind(b"%PDF-1.4\nfrom: x\nto: y\nsubject: z\n\n", "a.pdf") is None
    assert mail_kind(b"", "empty.eml") is None
    saved = b"From: <Saved by Blink>\nSubject: ODJ\nDate: x\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n"
    assert mail_kind(saved, "page.mht") is None
    assert mail_kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "old.doc") is None


# ---------------------------------------------------------------------- attachments


def test_attachments_are_found_also_in_forwarded_messages(mail):
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.org", "b@example.org", "Tr: Projet"
    outer.set_content("voir ci-joint")
    outer.add_attachment(mail({"déliberation.pdf": PDF}))
    outer.add_attachment(b"two", maintype="application", subtype="octet-stream")
    found = unpack(bytes(outer), EML)
    assert [(m.name, m.data, m.fragment, m.parent) for m in found.members] == [
        ("déliberation.pdf", PDF, "#1", ""),
        ("attachment-2", b"two", "#2", ""),
    ]


def with_part(headers: bytes, body: bytes = PDF) -> bytes:
    return (
        b"From: x@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        + headers + b"\n\n" + body + b"\n--b--\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'filename="=?UTF-8?Q?d=C3=A9lib=C3=A9ration.pdf?="', "délibération.pdf"),
        (b'filename="=?iso-8859-1?B?ZOlsaWIucGRm?="', "délib.pdf"),
        (b'filename="=?UTF-8?B?ZMOpbGli?=\n =?UTF-8?B?ZS5wZGY=?="', "délibe.pdf"),
        (b"filename==?iso-8859-1?Q?d=E9lib.pdf?=", "délib.pdf"),
        (b"filename*=UTF-8''d%C3%A9lib%20n%C2%B05.pdf", "délib n°5.pdf"),
        (b"filename*=iso-8859-1''d%E9lib.pdf", "délib.pdf"),
        (b"filename*0*=UTF-8''d%C3%A9l; filename*1*=ib.pdf", "délib.pdf"),
        (b'filename*0="pro"; filename*1="jet.pdf"', "projet.pdf"),
        (b'filename="d\xe9lib.pdf"', "délib.pdf"),
        ('filename="délib.pdf"'.encode(), "délib.pdf"),
        (b"filename=projet de deliberation.pdf", "projet de deliberation.pdf"),
        (b'filename="../../etc/projet.pdf"', "projet.pdf"),
        (b'filename="C:\\\\Users\\\\x\\\\projet.pdf"', "projet.pdf"),
        (b'filename="projet\x1b[2J.pdf"', "projet[2J.pdf"),
        (b'filename=""', "attachment-1"),
    ],
)
def test_names_are_decoded_and_cleaned(header, name):
    data = with_part(b"Content-Type: application/pdf\nContent-Disposition: attachment; " + header)
    assert [found for found, _ in taken(data)] == [name]


def test_a_name_in_the_content_type_counts():
    assert taken(with_part(b'Content-Type: application/pdf; name="=?UTF-8?Q?=C3=A9t=C3=A9.pdf?="'))[0][0] == "été.pdf"


def picture(size: int, disposition: str, identity: str = "<logo@x>", name: str = "image001.png") -> bytes:
    lines = [
        "Content-Type: image/png",
        f'Content-Disposition: {disposition}; filename="{name}"',
        *([f"Content-ID: {identity}"] if identity else []),
    ]
    return with_part("\n".join(lines).encode(), b"\x89PNG" + b"x" * size)


def test_pictures_of_signatures_are_no_documents():
    assert taken(picture(5_000, "inline")) == []
    assert taken(picture(5_000, "inline", identity="")) == []  # "image001.png" alone
    assert len(taken(picture(500_000, "inline", name="IMG_2031.png"))) == 1  # a scan sent from a telephone
    assert len(taken(picture(5_000, "attachment", name="odj.png"))) == 1  # some programs give everything an identity
    html = b"<html><img src='cid:logo@x'></html>"
    shown = picture(5_000, "attachment").replace(b"--b\n", b"--b\nContent-Type: text/html\n\n" + html + b"\n--b\n", 1)
    assert taken(shown) == []


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: application/pgp-signature; name=signature.asc",
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64",
        b"Content-Type: text/x-vcard; name=inventee.vcf\nContent-Disposition: attachment; filename=inventee.vcf",
        b"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=invite.ics",
        b"Content-Type: message/delivery-status",
        b"Content-Type: text/plain",
        b"Content-Type: text/html",
    ],
)
def test_what_tells_who_sent_it_is_no_document(header):
    found = unpack(with_part(header, b"QWdlbnRl"), EML)
    assert (found.members, found.refused) == ((), ())


def test_what_cannot_be_opened_is_told():
    tnef = unpack(with_part(b"Content-Type: application/ms-tnef; name=winmail.dat"), EML)
    assert tnef.members == () and "TNEF" in tnef.refused[0]
    sealed = with_part(b"Content-Type: application/pkcs7-mime; name=smime.p7m")
    assert describe(sealed, EML).state == "locked"
    link = with_part(b"Content-Type: message/external-body; access-type=URL; URL=x", b"Content-Type: a/b\n")
    assert unpack(link, EML).members == ()


def test_archives_and_mails_inside_a_mail(mail, zipped):
    inner = bytes(mail({"odj.pdf": PDF}))
    found = unpack(bytes(mail({"lot.zip": zipped({"a/b.pdf": PDF, "tr.eml": inner}), "fw.eml": inner})), EML)
    assert [(m.fragment, m.parent) for m in found.members] == [
        ("#1", ""),
        ("#1#a/b.pdf", "#1"),
        ("#1#tr.eml#1", "#1"),
        ("#2#1", ""),
    ]
    assert found.mailed == {"", "#1"}


def test_a_mailbox_is_all_its_messages(mail):
    one, two = bytes(mail({"a.pdf": PDF})), bytes(mail({"b.pdf": b"%PDF two"}))
    box = b"From x@example.org Mon Mar  2 09:00:00 2026\n" + one + b"\nFrom y Tue Mar  3 09:00:00 2026\n" + two
    assert [name for name, _ in taken(box)] == ["a.pdf", "b.pdf"]


def test_broken_mails_have_no_attachments():
    assert taken(b"From: x\nContent-Type: multipart/mixed; boundary=never\n\n--nev") == []
    assert taken(b"") == []
    said = describe(b"From: x\n\nbody", EML)
    assert (said.state, said.parts, said.pages, said.title) == ("container", 0, (), "")
    assert said.reason == "an e-mail without attachments"


def test_nesting_without_end_is_survived():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert describe(b"From: x\n" + deep, EML).state in ("container", "failed")


# ---------------------------------------------------------------------- promise 11


def test_nothing_of_the_sender_is_described(mail):
    said = repr(describe(bytes(mail({"odj.pdf": PDF})), EML))
    for secret in ("lanceuse", "confidentiel", "Ne dites pas", "veille@"):
        assert secret not in said


def test_archives_with_mails_can_be_kept_without_them(mail, zipped, tmp_path: Path):
    secret = bytes(mail({"odj.pdf": PDF}))
    inner = zipped({"fw.eml": secret, "plan.txt": b"plan"}, stored=True)
    data = zipped(
        {"note.txt": b"note", "mail.eml": secret, "lot.zip": inner, "clean.zip": zipped({"c.txt": b"c"})}, stored=True
    )
    (tmp_path / "in").write_bytes(data)
    (tmp_path / "spool").mkdir()
    spooled = unpack_path(str(tmp_path / "in"), "application/zip", str(tmp_path / "spool"))
    assert spooled.without_mails is not None
    with ZipFile(spooled.without_mails) as kept:
        assert kept.namelist() == ["note.txt", "lot.zip", "clean.zip"]
        assert kept.read("note.txt") == b"note"
    by_name = {part.name: part.path for part in spooled.parts}
    with ZipFile(by_name["lot.zip"]) as kept:
        assert kept.namelist() == ["plan.txt"]
    left = b"".join(path.read_bytes() for path in (tmp_path / "spool").iterdir())
    assert b"lanceuse" not in left and left.count(PDF) == 2
    again = tmp_path / "again"
    again.mkdir()
    other = unpack_path(str(tmp_path / "in"), None, str(again))
    assert other.without_mails is not None
    assert other.without_mails.read_bytes() == spooled.without_mails.read_bytes()


# ---------------------------------------------------------------------- Outlook

SECTOR, MINI = 512, 64
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Storage = dict[str, Any]  # name -> bytes, or a Storage


def compound(root: Storage) -> bytes:
    """A compound file ([MS-CFB]) with these storages and streams: what Outlook writes messages as."""
    entries: list[tuple[str, int, bytes]] = []  # name, type, content; and the tree beside it
    links: list[list[int]] = []  # left, right, child

    def add(name: str, kind: int, content: Any) -> int:
        number = len(entries)
        entries.append((name, kind, content if isinstance(content, bytes) else b""))
        links.append([FREE, FREE, FREE])
        if isinstance(content, dict):
            children = [add(each, 2 if isinstance(value, bytes) else 1, value) for each, value in content.items()]
            for child, right in pairwise(children):  # a chain is a tree as well
                links[child][1] = right
            links[number][2] = children[0] if children else FREE
        return number

    add("Root Entry", 5, root)
    mini, mini_fat, starts = b"", [], {}
    for number, (_, kind, content) in enumerate(entries):
        if kind == 2 and content and len(content) < 4096:
            starts[number] = len(mini_fat)
            blocks = -(-len(content) // MINI)
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + blocks), END]
            mini += content.ljust(blocks * MINI, b"\0")
    sectors, fat = [], []

    def chain(content: bytes) -> int:
        first, blocks = len(sectors), -(-len(content) // SECTOR)
        padded = content.ljust(blocks * SECTOR, b"\0")
        sectors.extend(padded[place : place + SECTOR] for place in range(0, len(padded), SECTOR))
        fat.extend([*range(first + 1, first + blocks), END])
        return first if blocks else END

    for number, (_, kind, content) in enumerate(entries):
        if kind == 2 and len(content) >= 4096:
            starts[number] = chain(content)
    root_start = chain(mini)
    mini_fat_start = chain(b"".join(struct.pack("<I", each) for each in mini_fat))
    directory = b""
    for number, (name, kind, content) in enumerate(entries):
        raw = (name + "\0").encode("utf-16-le")
        start, size = (root_start, len(mini)) if kind == 5 else (starts.get(number, END), len(content))
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, *links[number])
        directory += bytes(36) + struct.pack("<IQ", start, size)
    directory_start = chain(directory)
    fat_sector = len(sectors)
    fat += [FAT]
    assert len(fat) <= SECTOR // 4
    sectors.append(struct.pack(f"<{len(fat)}I", *fat).ljust(SECTOR, b"\xff"))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, directory_start, 0, 4096, mini_fat_start if mini_fat else END, 1, END, 0)
    header += struct.pack("<I", fat_sector)
    return header.ljust(SECTOR, b"\xff") + b"".join(sectors)


def properties(head: int, values: dict[int, Any]) -> Storage:
    """A property stream with its values in streams beside it (MS-OXMSG 2.4)."""
    found: Storage = {}
    table = bytes(head)
    for number, value in values.items():
        if isinstance(value, bool):
            table += struct.pack("<HHIII", 0x0B, number, 6, int(value), 0)
        elif isinstance(value, int):
            table += struct.pack("<HHIII", 3, number, 6, value, 0)
        else:
            kind, raw = (0x1F, value.encode("utf-16-le")) if isinstance(value, str) else (0x102, value)
            found[f"__substg1.0_{number:04X}{kind:04X}"] = raw
            table += struct.pack("<HHIII", kind, number, 6, len(raw) + (2 if kind == 0x1F else 0), 0)
    return {"__properties_version1.0": table, **found}


def outlook(*attached: Storage, head: int = 32, **values: Any) -> Storage:
    """A message: sender and subject, which must not be found, and its attachments."""
    said = {0x0037: "Projet confidentiel", 0x0C1A: "Agente Inventée", 0x1000: "Ne dites pas que cela vient de moi."}
    parts = {f"__attach_version1.0_#{number:08X}": each for number, each in enumerate(attached)}
    return properties(head, said | {int(key[1:], 16): value for key, value in values.items()}) | parts


def attachment(name: str, data: bytes, **values: Any) -> Storage:
    more = {int(key[1:], 16): value for key, value in values.items()}
    return properties(8, {0x3707: name, 0x3701: data, 0x3705: 1} | more)


def test_attachments_of_an_outlook_message(zipped):
    inner = outlook(attachment("annexe.pdf", b"%PDF two"), head=24)
    forwarded = properties(8, {0x3705: 5}) | {"__substg1.0_3701000D": inner}
    data = compound(
        outlook(
            attachment("Délibération n° 5.pdf", PDF + b"x" * 9000),
            attachment("lot.zip", zipped({"b.txt": b"b"})),
            attachment("image001.png", b"\x89PNG" + b"x" * 90, x3712="logo@x", x370E="image/png"),
            attachment("logo.png", b"\x89PNG" + b"x" * 90, x7FFE=True),
            attachment("inventee.vcf", b"BEGIN:VCARD"),
            attachment("ailleurs.pdf", b"", x3705=7),
            forwarded,
        )
    )
    assert mail_kind(data, "message.msg") == MSG
    found = unpack(data)
    assert [(m.name, len(m.data), m.fragment) for m in found.members] == [
        ("Délibération n° 5.pdf", 9012, "#1"),
        ("lot.zip", len(zipped({"b.txt": b"b"})), "#2"),
        ("b.txt", 1, "#2#b.txt"),
        ("annexe.pdf", 8, "#3"),
    ]
    assert found.refused == ("ailleurs.pdf: only a link to a file",)
    assert "confidentiel" not in repr(describe(data, MSG))


def test_an_outlook_message_without_attachments():
    assert describe(compound(outlook()), MSG).reason == "an e-mail without attachments"


@pytest.mark.parametrize("cut", [40, 600, 1600, 3000])
def test_a_broken_outlook_message_fails(cut):
    data = compound(outlook(attachment("a.pdf", PDF * 900)))[:cut]
    assert describe(data, MSG).state == "failed"
    with pytest.raises(DocumentError):
        unpack(data, MSG)


def test_streams_that_share_their_bytes_are_a_bomb():
    data = bytearray(compound(outlook(*(attachment(f"{n}.bin", b"x" * 5000) for n in range(4)))))
    place = data.find("__substg1.0_37010102".encode("utf-16-le"))
    while place > 0:
        data[place + 120 : place + 128] = struct.pack("<Q", 800_000_000)
        place = data.find("__substg1.0_37010102".encode("utf-16-le"), place + 1)
    assert describe(bytes(data), MSG).state == "failed"


SEEDS = {
    EML: bytes(with_part(b"Content-Type: application/pdf\nContent-Disposition: attachment; filename*=UTF-8''a.pdf")),
    MSG: compound(outlook(attachment("a.pdf", PDF * 500), attachment("b.png", PDF, x3712="x"))),
}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_mutated_mails_never_raise_but_our_errors(data):
    kind = data.draw(st.sampled_from(sorted(SEEDS)))
    body = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    mutated = bytes(body[: data.draw(st.integers(len(body) // 2, len(body)))])
    assert describe(mutated, kind).state in ("container", "failed", "locked", "too-large")
    try:
        found = unpack(mutated, kind)
    except DocumentError:
        return
    assert all("/" not in member.name and member.name.isprintable() for member in found.members)
