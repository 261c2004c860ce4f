"""Where a council is said to be: a département or region by its code, its name, a name of old, or a postcode."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spiders.registry_names import LINKS, loose, plain, words

# départements and the council that sits for each where it is not called departement-CODE
SEATS = {
    "2A": "region-94", "2B": "region-94", "67": "departement-6AE", "68": "departement-6AE", "75": "commune-75056",
    "972": "region-02", "973": "region-03", "975": "collectivite-975", "977": "collectivite-977",
    "978": "collectivite-978", "986": "collectivite-986", "987": "collectivite-987", "988": "collectivite-988",
}  # fmt: skip
# regions and the council that sits for each where it is not called region-CODE
REGION_SEATS = {"06": "departement-976"}
_OLD_DEPARTMENTS = {
    "cotes du nord": "22", "loire inferieure": "44", "seine inferieure": "76", "charente inferieure": "17",
    "basses alpes": "04", "basses pyrenees": "64", "corse": "2A 2B",
}  # fmt: skip
# What people say for a region: usual abbreviations, and the regions that were merged on 1 January 2016.
REGION_ALIASES = {
    "paca": "93", "region sud": "93", "sud": "93", "provence alpes cote d azur": "93",
    "sud provence alpes cote d azur": "93",
    "aura": "84", "ara": "84", "auvergne": "84", "rhone alpes": "84", "auvergne rhone alpes": "84",
    "bfc": "27", "bourgogne": "27", "franche comte": "27", "bourgogne franche comte": "27",
    "hdf": "32", "npdc": "32", "nord pas de calais": "32", "picardie": "32", "nord pas de calais picardie": "32",
    "idf": "11", "cvl": "24", "centre": "24", "centre val de loire": "24", "pdl": "52", "pays de loire": "52",
    "haute normandie": "28", "basse normandie": "28",
    "lorraine": "44", "champagne ardenne": "44", "acal": "44", "alsace champagne ardenne lorraine": "44",
    "aquitaine": "75", "limousin": "75", "poitou charentes": "75", "alpc": "75",
    "midi pyrenees": "76", "languedoc roussillon": "76", "lrmp": "76",
    "corse": "94", "martinique": "02", "guyane": "03", "mayotte": "06",
}  # fmt: skip
_CODE = re.compile(r"0?(\d[\dab]|9[78]\d)", re.IGNORECASE)
_OF_A_NUMBER = re.compile(r"(\d{5}|2[AB]\d{3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Départements, and how they were named; a region stands for all of its départements."""

    departments: frozenset[str]
    said: str


class Places:
    """The départements and regions of a table: codes, names, aliases."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """``rows``: (département code, its name, region code, its name) of each council, repeats allowed."""
        self.names: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        self._of: dict[str, frozenset[str]] = {}
        self._region_departments: dict[str, set[str]] = {}
        self._region_codes = {_key(alias): code for alias, code in REGION_ALIASES.items()}
        for code, name, region, region_name in dict.fromkeys(rows):
            self._note(code, name, region, region_name)
        for alias, region in REGION_ALIASES.items():
            self._of.setdefault(_key(alias), frozenset(self._region_departments.get(region, ())))
        for region, members in self._region_departments.items():
            self._of.setdefault(_key(self.regions[region]), frozenset(members))
        for name, codes in _OLD_DEPARTMENTS.items():
            self._of.setdefault(_key(name), frozenset(codes.split()))

    def _note(self, code: str, name: str, region: str, region_name: str) -> None:
        if code:
            self.names.setdefault(code, name)
            self._of.setdefault(_key(name), frozenset([code]))
        if region:
            self.regions.setdefault(region, region_name)
            self._region_codes[_key(region_name)] = region
        if region and code:
            self._region_departments.setdefault(region, set()).add(code)

    def named(self, text: str) -> Place | None:
        """The place that a text names: "29", "Finistère", "le Finistère", "PACA", "29200"."""
        text = text.strip()
        if _OF_A_NUMBER.fullmatch(text):
            return self.of_number(text)
        codes = self._known(code.upper()) if _CODE.fullmatch(code := text) else None
        codes = codes or self._of.get(_key(text))
        return Place(frozenset(codes), self.label(codes) or text) if codes else None

    def of_number(self, digits: str) -> Place | None:
        """The départements that a postcode or an INSEE code of five signs may lie in."""
        digits = digits.upper()
        head = digits[:3] if digits[:2] in ("97", "98") else digits[:2]
        codes = {"20": {"2A", "2B"}, "971": {"971", "977", "978"}}.get(head, {head}) & set(self.names)
        return Place(frozenset(codes), digits) if codes else None

    def region_code(self, text: str) -> str | None:
        """The code of a region by its code, name or alias: "53", "Bretagne", "région PACA"."""
        name = plain(text).removeprefix("region ")
        return name if name in self.regions else self._region_codes.get(_key(name))

    def departments(self, text: str) -> frozenset[str]:
        """The codes of a département, by code or name (of Corse: two); empty for a region or nonsense."""
        place = self.named(text)
        codes = place.departments if place else frozenset()
        regional = self.region_code(text) and not self._known(text.upper())
        return codes if len(codes) == 1 or codes == {"2A", "2B"} or not regional else frozenset()

    def label(self, codes: Iterable[str]) -> str:
        """ "Finistère (29)"; the codes alone where there are several."""
        known = sorted(codes)
        return f"{self.names.get(known[0], '')} ({known[0]})" if len(known) == 1 else ", ".join(known)

    def _known(self, code: str) -> frozenset[str] | None:
        code = code.zfill(2)
        if code == "20":
            return frozenset(["2A", "2B"])
        return frozenset([code]) if code in self.names else None


def _key(name: str) -> str:
    tokens = words(name)
    while len(tokens) > 1 and (tokens[0] in LINKS or tokens[0] in ("departement", "dep", "dept", "region")):
        tokens = tokens[1:]
    return loose(tokens)
