"""Bytes of text into characters, however wrongly their charset is declared.

Order of trust: byte order mark, then valid UTF-8 (chance does not produce it), then what header and
``<meta>`` say, then the single-byte charset that yields the most plausible French. Text that was
encoded twice ("Ã©") is repaired.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from functools import partial

from pipelines.text.sniff import wide

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_GUESSES = ("cp1252", "iso8859-15", "mac_roman", "cp850")
# The Encoding Standard reads these labels as windows-1252: https://encoding.spec.whatwg.org/#names-and-labels
_AS_1252 = {"iso8859-1", "ascii", "latin-1", "cp1252"}
_FRENCH = "éèêëàâäùûüôöîïçœæÉÈÊËÀÂÙÛÔÎÏÇŒ«»’“”–—…•°€§²³"
_GOOD = re.compile(rf"[{_FRENCH}]")
_INSIDE = re.compile(r"(?<=[a-zéèêàçA-Z])[éèêëàâùûôîïçœ]|[éèêàâçÉÈÀÊ](?=[a-z])|\b[àÀ]\b|«\s|\s»|[a-z]’[a-zé]")
_BAD = re.compile(
    r"½(?=[a-zA-Z])|[\x80-\x9f\ufffd†‡‰ŠŽšžŸ¤¦¬¯¶¸¼½¾ÃÐÞðþ¡¿ƒ∂∑∏π∫Ω√≈∆◊ıˆ˜¯˘˙˚¸˝˛ˇ│┤╣║╗╝┐└┴┬├─┼╚╔╩╦╠═╬┘┌█▄▀■]"
)


def _run(name: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """What the UTF-8 of French letters looks like in a single-byte charset, and the byte of each character."""
    bytes_of: dict[str, int] = {chr(code): code for code in range(0x80, 0x100)} if name == "cp1252" else {}
    for code in range(0x80, 0x100):
        bytes_of[bytes([code]).decode(name, "ignore") or chr(code)] = code
    high = {
        code: re.escape("".join(char for char, byte in bytes_of.items() if byte == code)) for code in bytes_of.values()
    }
    follow = "".join(high[code] for code in range(0x80, 0xC0))
    two = "".join(high[code] for code in (0xC2, 0xC3, 0xC5))
    # A no-break space (the second half of "à") is often an ordinary one by the time we see it.
    grave = rf"[{high[0xC3]}] {{1,2}}" if name in ("cp1252", "cp1250") else r"(?!)"
    return re.compile(rf"[{two}][{follow}]|[{high[0xE2]}][{follow}]{{2}}|{grave}"), bytes_of


# UTF-8 that was read as one of these, the likeliest first.
_MISREAD = tuple(_run(name) for name in ("cp1252", "cp1250", "mac_roman", "cp850"))
_SUSPECT = re.compile("[ÂÃĂ√├Ô]")
_SAMPLE = 500_000  # characters that tell whether a text was misread
_LEAST_MISREAD = 2  # runs: one may be chance
_MOST_TIMES = 3  # that a text was misread, one upon the other


def decode(data: bytes, declared: str | None = None, *, markup: bool = False) -> str:
    """The characters of ``data``; never raises.

    ``declared`` is a charset or a whole Content-Type; with ``markup`` the ``<meta>`` and XML declarations count too.
    Bytes that fit nothing become U+FFFD.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    pairs = wide(data)
    if pairs:
        return data.decode(pairs, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _not_utf8(data, _labels(data, declared, markup))
    return mended(text)


def mended(text: str) -> str:
    """``text`` with double-encoded runs ("dÃ©libÃ©ration", "vidĂ©o", "vid√©o") repaired; others are left alone."""
    for _ in range(_MOST_TIMES):
        found = misread(text)
        if found is None:
            break
        text = found(text)
    return text


def misread(text: str) -> Callable[[str], str] | None:
    """What undoes the wrong charset by which this text was read; None where there is no sign of one."""
    if not _SUSPECT.search(text):
        return None
    sample = text[:_SAMPLE]
    counts = [(len(runs.findall(sample)), -place) for place, (runs, _) in enumerate(_MISREAD)]
    most, place = max(counts)
    if most < _LEAST_MISREAD:
        return None
    runs, bytes_of = _MISREAD[-place]
    return partial(runs.sub, partial(_once, bytes_of))


def _once(bytes_of: Mapping[str, int], match: re.Match[str]) -> str:
    run = match.group()
    if run.endswith(" "):
        return "à "
    try:
        return bytes(bytes_of[character] for character in run).decode("utf-8")
    except UnicodeDecodeError:
        return run


def _labels(data: bytes, declared: str | None, markup: bool) -> list[str]:
    """Python names of the declared charsets, most trusted first."""
    found: list[str] = []
    if declared:
        parameter = _PARAMETER.search(declared)
        found.append(parameter.group(1) if parameter else declared)
    if markup:
        meta = _META.search(data[:8192])
        if meta:
            found.append((meta.group(1) or meta.group(2)).decode("ascii", "replace"))
    names: list[str] = []
    for label in found:
        try:
            name = codecs.lookup(label.strip()).name
        except (LookupError, ValueError):
            continue
        names.append("cp1252" if name in _AS_1252 else name)
    return names


def _not_utf8(data: bytes, labels: list[str]) -> str:
    if _mostly_utf8(data):
        return data.decode("utf-8", "tocsin-1252")
    declared = [name for name in labels if not name.startswith("utf")]
    for name in declared:
        if name not in _GUESSES:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError):
                continue
    western = dict.fromkeys([*(name for name in declared if name in _GUESSES), *_GUESSES])
    return max((_loose(data, name) for name in western), key=_plausibility)


def _mostly_utf8(data: bytes) -> bool:
    """Whether most of the non-ASCII bytes are UTF-8: a cut or patched page, not another charset."""
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    valid = sum(len(character.encode("utf-8")) for character in data.decode("utf-8", "ignore") if character > "\x7f")
    return valid > 0.5 * high


def _loose(data: bytes, name: str) -> str:
    """Decode; the five bytes that windows-1252 leaves open become control characters, as in browsers."""
    if name != "cp1252":
        return data.decode(name, "replace")
    return data.decode("cp1252", "tocsin-1252")


def _plausibility(text: str) -> float:
    """How much the non-ASCII characters look like French; negative where they look like another charset."""
    text = text[:200_000]
    return len(_GOOD.findall(text)) + 2 * len(_INSIDE.findall(text)) - 4 * len(_BAD.findall(text))


def _lenient(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    chunk = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in chunk), error.end


codecs.register_error("tocsin-1252", _lenient)
