"""Archives: what is taken out of them, what is refused, and what they may cost."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import DocumentError, Unreadable
from pipelines.text import member_names
from pipelines.text.bounds import Bounds
from pipelines.text.unpack import CONTAINERS, count, describe, unpack, unpack_path

ZIP = "application/zip"
TEXT = "Délibération sur les caméras de la place du Marché. ".encode() * 4


def names(data: bytes, bounds: Bounds | None = None) -> list[str]:
    return [member.name for member in unpack(data, bounds=bounds).members]


# ---------------------------------------------------------------------- what comes out


def test_members_have_names_and_addresses(zipped):
    found = unpack(zipped({"séance du 12/projet n° 3.txt": TEXT, "odj.txt": b"ordre du jour"}))
    assert [(m.name, m.fragment, m.parent, m.data) for m in found.members] == [
        ("séance du 12/projet n° 3.txt", "#s%C3%A9ance%20du%2012/projet%20n%C2%B0%203.txt", "", TEXT),
        ("odj.txt", "#odj.txt", "", b"ordre du jour"),
    ]
    assert found.refused == ()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_in_every_packing(tarred, mode):
    data = tarred({"dossier/délibération.txt": TEXT, "b.txt": b"b"}, mode)
    assert names(data) == ["dossier/délibération.txt", "b.txt"]
    assert count(data) == (2, None)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_compressed_file(pack):
    (member,) = unpack(pack(TEXT)).members
    assert (member.name, member.data) == ("contents", TEXT)


def test_a_gzip_file_knows_its_name():
    stream = io.BytesIO()
    with gzip.GzipFile("délib.csv", "wb", fileobj=stream) as packed:
        packed.write(b"a;b\n")
    with gzip.GzipFile("", "wb", fileobj=stream) as packed:  # a second stream behind the first
        packed.write(b"c;d\n")
    (member,) = unpack(stream.getvalue()).members
    assert (member.name, member.data) == ("délib.csv", b"a;b\nc;d\n")


def test_what_systems_leave_behind_is_no_document(zipped):
    junk = ("__MACOSX/._odj.txt", ".DS_Store", "a/Thumbs.db", "~$odj.docx", "desktop.ini", ".git/config")
    assert unpack(zipped({"empty/": b""} | dict.fromkeys(junk, b"x") | {"odj.txt": b"text"})) == unpack(
        zipped({"odj.txt": b"text"})
    )


def test_archives_in_archives_are_members_and_hold_members(zipped, tarred):
    inner = zipped({"b.txt": b"b", "deep.tgz": tarred({"c.txt": b"c"}, "w:gz")})
    found = unpack(zipped({"a.txt": b"a", "lot 2.zip": inner}))
    assert [(m.name, m.fragment, m.parent) for m in found.members] == [
        ("a.txt", "#a.txt", ""),
        ("lot 2.zip", "#lot%202.zip", ""),
        ("b.txt", "#lot%202.zip#b.txt", "#lot%202.zip"),
        ("deep.tgz", "#lot%202.zip#deep.tgz", "#lot%202.zip"),
        ("c.txt", "#lot%202.zip#deep.tgz#c.txt", "#lot%202.zip#deep.tgz"),
    ]
    assert describe(zipped({"a.txt": b"a", "lot 2.zip": inner}), ZIP).parts == 2


def test_deeper_than_three_is_refused_and_told(zipped):
    data = zipped({"a.txt": b"a"})
    for number in (3, 2, 1):  # the outermost has no name
        data = zipped({f"{number}.zip": data, f"{number}.txt": b"text"})
    found = unpack(data)
    assert [m.name for m in found.members] == ["1.zip", "2.zip", "3.txt", "2.txt", "1.txt"]
    assert found.refused == ("1.zip/2.zip/3.zip: archives in archives, more than 3 deep",)
    assert "1.zip/2.zip/3.zip" in (describe(data, ZIP).reason or "")


def test_office_files_are_no_archives(zipped):
    docx = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert names(zipped({"projet.docx": docx})) == ["projet.docx"]
    assert unpack(docx).members == ()


# ---------------------------------------------------------------------- names


def legacy(name: str, page: str, extra: bytes = b"") -> bytes:
    """A ZIP as old programs wrote it: the name in a code page, and nothing that says in which."""
    raw = name.encode(page)
    data = zlib.compress(TEXT)[2:-4]
    shared = struct.pack("<5H3I", 20, 0, 8, 0, 0, zlib.crc32(TEXT), len(data), len(TEXT))
    local = b"PK\x03\x04" + shared + struct.pack("<2H", len(raw), 0) + raw + data
    sizes = struct.pack("<5H2I", len(raw), len(extra), 0, 0, 0, 0, 0)
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + shared + sizes + raw + extra
    return local + entry + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)


ACCENTS = {
    "délibération n°5.pdf": ("cp850", "cp437", "cp1252", "utf-8"),
    "procès-verbal/À voter à l'été.pdf": ("cp850", "cp1252", "utf-8", "mac_roman"),
    "DÉLIBÉRATIONS ÉTÉ.pdf": ("cp850", "cp437", "cp1252", "utf-8", "mac_roman"),
    "plan.pdf": ("cp850", "utf-8"),
}


@pytest.mark.parametrize(("name", "page"), [(name, page) for name, pages in ACCENTS.items() for page in pages])
def test_accents_of_old_archives(name, page):
    assert names(legacy(name, page)) == [name]


def test_decomposed_names_are_composed(zipped):
    assert names(zipped({"de\u0301lib.txt": b"x"})) == ["délib.txt"]


def test_the_unicode_path_field_wins():
    def with_field(crc: int) -> bytes:
        body = b"\x01" + struct.pack("<I", crc) + "délibération €.txt".encode()
        return legacy("d_lib.txt", "cp850", struct.pack("<HH", 0x7075, len(body)) + body)

    assert names(with_field(zlib.crc32(b"d_lib.txt"))) == ["délibération €.txt"]
    assert names(with_field(0)) == ["d_lib.txt"]  # it belongs to another name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../etc/passwd.txt", "leads out of the archive"),
        ("a/../../b.txt", "leads out of the archive"),
        ("..\\b.txt", "leads out of the archive"),
        ("a/.. /b.txt", "leads out of the archive"),
        ("/etc/motd.txt", "an absolute path"),
        ("\\\\server\\share\\b.txt", "an absolute path"),
        ("C:\\Users\\b.txt", "a drive letter"),
        ("c:b.txt", "a drive letter"),
        ("a\x1b[2Jb.txt", "a control character"),
        ("a\nb.txt", "a control character"),
        ("x" * 1200 + ".txt", "a name of 1204 characters"),
    ],
)
def test_unsafe_names_are_refused_and_told(zipped, tarred, name, why):
    for data in (zipped({name: b"bad", "good.txt": b"good"}), tarred({name: b"bad", "good.txt": b"good"})):
        found = unpack(data)
        assert [m.name for m in found.members] == ["good.txt"]
        (told,) = found.refused
        assert why in told and told.isprintable() and len(told) < 250
        assert why in (describe(data, ZIP if data.startswith(b"PK") else "application/x-tar").reason or "")


def test_a_name_with_a_nul_is_refused(zipped):
    data = zipped({"safe.txt0.exe": b"x", "good.txt": b"y"}).replace(b"safe.txt0", b"safe.txt\0")
    found = unpack(data)
    assert [m.name for m in found.members] == ["good.txt"]
    assert "control character" in found.refused[0]


@pytest.mark.parametrize(
    ("name", "taken", "note"),
    [
        ("dossier\\projet.txt", "dossier/projet.txt", False),
        ("./a//b.txt", "a/b.txt", False),
        ("aux.txt", "_aux.txt", True),
        ("CON/projet.txt", "_CON/projet.txt", True),
        ("projet\u202etxt.exe", "projettxt.exe", True),
    ],
)
def test_odd_names_are_made_harmless(zipped, name, taken, note):
    found = unpack(zipped({name: b"x"}))
    assert [m.name for m in found.members] == [taken]
    assert bool(found.refused) is note


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_two_members():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("odj.pdf", b"one")
        archive.writestr("odj.pdf", b"two")
    found = unpack(stream.getvalue()).members
    assert [(m.name, m.data) for m in found] == [("odj.pdf", b"one"), ("odj (2).pdf", b"two")]


def test_links_and_devices_are_refused(tarred):
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    pipe = zipfile.ZipInfo("pipe")
    pipe.create_system, pipe.external_attr = 3, (stat.S_IFIFO | 0o600) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr(pipe, "x")
    assert unpack(stream.getvalue()).refused == ("link.txt: a link", "pipe: no regular file")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in (
            ("s", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("c", tarfile.CHRTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    found = unpack(stream.getvalue())
    assert found.members == ()
    assert found.refused == ("s: a link", "h: a link", "c: no regular file", "f: no regular file")


# ---------------------------------------------------------------------- passwords


def encrypted(data: bytes) -> bytes:
    """The same ZIP with the bit set that says that its entries need a password."""
    out = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(sign)
        while at >= 0:
            out[at + place] |= 1
            at = out.find(sign, at + 1)
    return bytes(out)


def test_an_archive_with_a_password_is_locked(zipped):
    data = encrypted(zipped({"projet.pdf": b"%PDF secret"}, stored=True))
    said = describe(data, ZIP)
    assert (said.state, said.parts) == ("locked", 0)
    assert "password" in (said.reason or "") and "projet.pdf" in (said.reason or "")


def test_one_locked_member_costs_itself_alone(zipped):
    locked = encrypted(zipped({"projet.pdf": b"%PDF secret"}, stored=True))
    data = zipped({"a.txt": b"a", "locked.zip": locked})
    said = describe(data, ZIP)
    assert (said.state, said.parts) == ("container", 2)  # the locked archive is a document, and says so itself
    assert names(data) == ["a.txt", "locked.zip"]


# ---------------------------------------------------------------------- bombs


def test_a_bomb_is_stopped_while_it_is_inflated(zipped):
    data = zipped({"bomb.txt": b"\0" * 30_000_000, "odj.txt": b"ordre du jour"})
    found = unpack(data)
    assert [m.name for m in found.members] == ["odj.txt"]
    assert "grows more than 200 times" in found.refused[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing_a_zip(method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("b.txt", b"\0" * 30_000_000 if method else b"b")
    found = unpack(stream.getvalue())
    assert found.members[0].data == TEXT
    assert [m.name for m in found.members] == (["a.txt"] if method else ["a.txt", "b.txt"])
    damaged = stream.getvalue().replace(stream.getvalue()[40:60], b"\xff" * 20)
    assert [m.name for m in unpack(damaged).members] == ([] if method else ["b.txt"])


def test_declared_sizes_are_not_believed(zipped):
    """An entry that says that it is small gives no more than that, and is refused for its checksum."""
    data = bytearray(zipped({"a.txt": b"\0" * 5_000_000}))
    where = data.find(b"PK\x01\x02")
    data[where + 24 : where + 28] = struct.pack("<I", 10)
    found = unpack(bytes(data))
    assert found.members == () and "damaged" in found.refused[0]
    data[where + 20 : where + 24] = struct.pack("<I", 2**31 - 1)  # it says that it is huge when packed
    data[where + 24 : where + 28] = struct.pack("<I", 2**31 - 1)
    assert unpack(bytes(data)).members == () or len(unpack(bytes(data)).members[0].data) == 5_000_000


@pytest.mark.parametrize("level", ["w", "w:gz", "w:xz"])
def test_bounds_hold_for_every_kind(zipped, tarred, level):
    files = {f"{number}.txt": bytes([65 + number]) * 2000 for number in range(8)}
    for data in (zipped(files), tarred(files, level)):
        few = unpack(data, bounds=Bounds(members=3))
        assert len(few.members) == 3 and "only 3 files" in few.refused[-1]
        small = unpack(data, bounds=Bounds(member_bytes=1000, free_bytes=10**9))
        assert small.members == () and len(small.refused) == 8
        total = unpack(data, bounds=Bounds(total_bytes=5000, free_bytes=10**9))
        assert len(total.members) <= 2 and "are taken from one archive" in total.refused[-1]
        seen = unpack(data, bounds=Bounds(entries=4))
        assert len(seen.members) == 4 and "only 4 entries" in seen.refused[-1]


def test_the_budget_is_one_for_all_levels(zipped):
    lot = {f"lot{number}.zip": zipped({f"{each}.txt": b"x" * 100 for each in range(5)}) for number in range(5)}
    found = unpack(zipped(lot), bounds=Bounds(members=12))
    assert len(found.members) == 12
    assert unpack(zipped(lot)).members[-1].fragment == "#lot4.zip#4.txt"


def test_a_tar_bomb_is_stopped(tarred):
    data = tarred({"bomb.txt": b"\0" * 60_000_000}, "w:xz")
    assert len(data) < 100_000
    try:
        assert unpack(data).members == ()
    except DocumentError as error:
        assert "grows" in str(error)
    assert describe(data, "application/x-xz").parts == 0


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_bomb_is_stopped(pack):
    data = pack(b"\0" * 60_000_000)
    said = describe(data, {b"\x1f": "application/gzip", b"B": "application/x-bzip2"}.get(data[:1], "application/x-xz"))
    assert (said.state, said.parts) == ("too-large", 0)


def test_entries_that_share_their_bytes_are_refused(zipped):
    """The densest bombs let a thousand entries point at one kernel."""
    data = bytearray(zipped({"aaaa.txt": TEXT * 50, "bbbb.txt": TEXT * 50, "c.txt": b"c"}))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 1)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    found = unpack(bytes(data))
    assert [m.name for m in found.members] == ["c.txt"]
    assert all("shares its bytes" in told for told in found.refused) and len(found.refused) == 2


# ---------------------------------------------------------------------- broken ones


def test_what_is_whole_in_a_damaged_zip_is_taken(zipped):
    whole = zipped({"a.txt": TEXT, "b.txt": TEXT * 9, "c.txt": TEXT})
    cut = whole[: whole.find(b"b.txt") + 30]
    found = unpack(cut, ZIP)
    assert [(m.name, m.data) for m in found.members] == [("a.txt", TEXT)]
    said = describe(cut, ZIP)
    assert (said.state, said.parts) == ("container", 1)
    assert "cut short" in (said.reason or "") and "b.txt" in (said.reason or "")


def test_one_damaged_member_costs_itself_alone(zipped):
    data = bytearray(zipped({"a.txt": TEXT * 20, "b.txt": TEXT}))
    data[60:70] = b"\xff" * 10
    found = unpack(bytes(data))
    assert [m.name for m in found.members] == ["b.txt"]
    assert found.refused[0].startswith("a.txt: damaged")


def test_a_name_that_is_no_utf8_does_not_cost_the_archive(zipped):
    data = zipped({"aéa.txt": TEXT, "b.txt": b"b"}).replace("aéa".encode(), b"a\xff\xffa"[:4])
    assert len(names(data)) == 2


def test_a_tar_that_is_cut_short_keeps_its_first_files(tarred):
    data = tarred({"a.txt": TEXT, "b.txt": b"x" * 40_000})
    found = unpack(data[:6000])
    assert [m.name for m in found.members][:1] == ["a.txt"]
    assert "left out" in found.refused[-1] or "damaged" in found.refused[-1]


@pytest.mark.parametrize(
    ("data", "kind", "state"),
    [
        (b"PK\x03\x04 nothing", ZIP, "failed"),
        (b"\x1f\x8b\x08\x00garbage", "application/gzip", "failed"),
        (b"x" * 600, "application/x-tar", "failed"),
        (b"7z\xbc\xaf\x27\x1c....", "application/x-7z-compressed", "unsupported"),
        (b"Rar!\x1a\x07\x00", "application/vnd.rar", "unsupported"),
    ],
)
def test_what_cannot_be_opened_says_so(data, kind, state):
    said = describe(data, kind)
    assert (said.state, said.parts, said.pages) == (state, 0, ())
    assert said.reason
    with pytest.raises(Unreadable):
        unpack(data, kind)


def test_an_archive_without_anything_to_read_says_so(zipped):
    said = describe(zipped({}), ZIP)
    assert (said.state, said.parts, said.reason) == ("container", 0, "an archive without anything to read")
    said = describe(zipped({"a.txt": b""}), ZIP)
    assert said.reason == "an archive without anything to read; left out: a.txt: empty"
    assert describe(zipped({"a.txt": b"a"}), ZIP).reason is None


def test_long_lists_of_refusals_are_cut(zipped):
    said = describe(zipped({f"../{number}.txt": b"x" for number in range(400)}), ZIP)
    assert "and 388 more" in (said.reason or "") and len(said.reason or "") < 1100


# ---------------------------------------------------------------------- PDF


def portfolio(files: dict[str, bytes]) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    for name, data in files.items():
        document.new_attachment(name).set_data(data)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def test_files_attached_to_a_pdf_are_members(zipped):
    data = portfolio(
        {"annexe é.txt": TEXT, "C:\\plans\\lot.zip": zipped({"plan.txt": b"plan"}), "Normal.joboptions": b"x"}
    )
    assert count(data, "application/pdf")[0] == 2
    assert {(m.name, m.fragment, m.parent) for m in unpack(data).members} == {
        ("annexe é.txt", "#annexe%20%C3%A9.txt", ""),
        ("lot.zip", "#lot.zip", ""),
        ("plan.txt", "#lot.zip#plan.txt", "#lot.zip"),
    }
    inside = [m.fragment for m in unpack(zipped({"a.pdf": data})).members]
    assert inside[0] == "#a.pdf" and "#a.pdf#annexe%20%C3%A9.txt" in inside


def test_a_pdf_without_files_has_no_members():
    assert count(portfolio({}), "application/pdf") == (0, None)
    assert count(b"%PDF-1.4 EmbeddedFile broken", "application/pdf")[0] == 0


# ---------------------------------------------------------------------- in a worker


def test_a_worker_writes_members_to_files(zipped, tmp_path: Path):
    (tmp_path / "in").write_bytes(zipped({"a/b.txt": TEXT, "../c.txt": b"x"}))
    (tmp_path / "spool").mkdir()
    spooled = unpack_path(str(tmp_path / "in"), ZIP, str(tmp_path / "spool"))
    (part,) = spooled.parts
    assert (part.name, part.fragment, part.path.read_bytes()) == ("a/b.txt", "#a/b.txt", TEXT)
    assert part.path.parent == tmp_path / "spool" and part.path.stat().st_mode & 0o077 == 0
    assert spooled.refused and spooled.without_mails is None


# ---------------------------------------------------------------------- anything at all


def seeds() -> list[bytes]:
    """A small container of each kind."""
    files = {"a é.txt": TEXT, "../b.txt": b"b", "m.eml": b"From: x@example.org\nTo: y\nSubject: z\n\nbody"}
    found = []
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=mode) as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        found.append(stream.getvalue())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("inner.tgz", found[1])
    return [*found, stream.getvalue(), gzip.compress(TEXT), legacy("délib.txt", "cp850")]


SEEDS = seeds()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_containers_never_raise_but_our_errors(data):
    seed = data.draw(st.sampled_from(SEEDS))
    body = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 40))
    mutated = bytes(body[: len(body) - cut] if cut < len(body) else body)
    for kind in CONTAINERS:
        said = describe(mutated, kind)
        assert said.state in ("container", "failed", "locked", "too-large", "unsupported")
        try:
            found = unpack(mutated, kind)
        except DocumentError:
            continue
        assert all(".." not in member.name.split("/") and member.name.isprintable() for member in found.members)


def test_a_thousand_entries_of_one_name_are_numbered_without_counting_anew() -> None:
    class Counted(set[str]):
        asked = 0

        def __contains__(self, name: object) -> bool:
            self.asked += 1
            return super().__contains__(name)

    given = member_names.Unique()
    seen = given._seen = Counted()
    names = [given(name) for name in ["a.txt", "a (3).txt", *["a.txt"] * 1000]]
    assert names[:5] == ["a.txt", "a (3).txt", "a (2).txt", "a (4).txt", "a (5).txt"]
    assert len(set(names)) == len(names)
    assert seen.asked < 3 * len(names)
