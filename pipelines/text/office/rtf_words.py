"""Words of rich text: signs, charsets, and which groups hold no text of the document."""

from __future__ import annotations

import codecs

SIGNS = {
    "tab": "\t", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip

SYMBOLS = {"~": "\xa0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"}

MARGINS = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header",
    "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
}  # fmt: skip

# Groups marked as skippable for old readers which hold text all the same.
THROUGH = frozenset({"shpinst", "ud", "shptxt", "listtext", "pntext", "moveto", "nesttableprops"})

SKIPPED = frozenset({
    "pict", "nonshppict", "objdata", "fldinst", "stylesheet", "colortbl", "listtable", "listoverridetable", "pn",
    "pnseclvl", "author", "operator", "creatim", "revtim", "printim", "buptim", "company", "manager", "category",
    "keywords", "comment", "doccomm", "hlinkbase", "subject", "annotation", "atnid", "atnauthor", "atnref", "atndate",
    "bkmkstart", "bkmkend", "xe", "tc", "tcn", "rxe", "txe", "sn", "sv", "nonesttables", "ftnsep", "ftnsepc", "ftncn",
    "aftnsep", "aftnsepc", "aftncn", "filetbl", "revtbl", "rsidtbl", "generator", "background", "datafield",
    "formfield", "ffname", "ffdeftext", "ffl", "themedata", "colorschememapping", "latentstyles", "datastore",
    "template", "upr", "private", "picprop", "do", "userprops", "xmlnstbl", "mmathPr", "wgrffmtfilter", "fname",
    "version", "vern", "edmins", "nofpages", "nofwords", "nofchars", "shprslt",
})  # fmt: skip

_BY_CHARSET = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


CHARACTER_SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
CHARSETS = {**{number: name for number, name in _BY_CHARSET.items() if _known(name)}, 2: "symbol"}
CODEPAGES = {
    **{number: f"cp{number}" for number in range(300, 1300) if _known(f"cp{number}")},
    10000: "mac_roman",
    65001: "utf-8",
}

# What words change: characters, paragraphs, the stream, where text goes.
CHARACTERS = frozenset({"b", "fs", "f", "v", "deleted", "uc", "plain"})
PARAGRAPHS = frozenset({
    "pard", "intbl", "itap", "outlinelevel", "sb", "sa", "ilvl", "pagebb", "sectd", "titlepg", "sbknone", "sbkcol",
})  # fmt: skip
BREAKS = frozenset({"par", "sect", "cell", "nestcell", "row", "nestrow", "page", "line", "column", "lbr"})
TARGETS = frozenset({*MARGINS, "footnote", "shptxt", "fonttbl", "title", "listtext", "pntext"})
