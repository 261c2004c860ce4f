"""How the demo's councils write dates, hours and votes; each in a manner of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Literal

from babel.dates import format_date

NBSP = "\u00a0"
Result = Literal["adopted", "rejected", "withdrawn", "adjourned", "noted"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a point ended; the counts are None where nobody counted."""

    result: Result
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None

    @property
    def unanimous(self) -> bool:
        return self.result == "adopted" and not self.against and not self.abstain


@lru_cache(maxsize=2048)
def long_date(day: date, *, weekday: bool = True) -> str:
    """« mardi 3 mars 2026 », or without its weekday; the first is « 1er »."""
    words = format_date(day, "EEEE d MMMM y" if weekday else "d MMMM y", locale="fr")
    return words.replace(" 1 ", " 1er ") if weekday else words.replace("1 ", "1er ", 1) if day.day == 1 else words


@lru_cache(maxsize=256)
def month_name(day: date) -> str:
    """« mars 2026 »."""
    return format_date(day, "LLLL y", locale="fr")


def hour(at: time, manner: str) -> str:
    """The hour in one of four manners: ``h`` 18h30, ``spaced`` 18 h 30, ``words`` 18 heures 30, ``upper`` 18H30."""
    minutes = f"{at.minute:02d}"
    match manner:
        case "h":
            return f"{at.hour}h{minutes}"
        case "spaced":
            return f"{at.hour}{NBSP}h{NBSP}{minutes}" if at.minute else f"{at.hour}{NBSP}h"
        case "words":
            return f"{at.hour} heures {minutes}" if at.minute else f"{at.hour} heures"
        case "upper":
            return f"{at.hour}H{minutes}"
    raise ValueError(manner)


def capital(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def vote(tally: Tally, voice: str, body: str) -> str:
    """The sentence under a point; ``voice`` is ``short``, ``counts`` or ``solemn``, ``body`` the assembly."""
    match tally.result:
        case "withdrawn":
            return "Ce point est retiré de l’ordre du jour."
        case "adjourned":
            return "L’examen de ce point est reporté à une séance ultérieure."
        case "noted":
            return f"Le {body} prend acte."
    if voice == "counts":
        verdict = "adoptée" if tally.result == "adopted" else "rejetée"
        return (
            f"Pour : {tally.for_} – Contre : {tally.against} – Abstentions : {tally.abstain}. Délibération {verdict}."
        )
    if tally.unanimous:
        solemn = f"Après en avoir délibéré, le {body}, à l’unanimité, approuve cette proposition."
        return solemn if voice == "solemn" else "Adopté à l’unanimité."
    counts = [f"{tally.for_} voix pour", f"{tally.against} voix contre"]
    if tally.abstain:
        counts.append(f"{tally.abstain} abstention{'s' if tally.abstain > 1 else ''}")
    if voice == "solemn":
        verb = "approuve" if tally.result == "adopted" else "rejette"
        told = f"{', '.join(counts[:-1])} et {counts[-1]}"
        return f"Après en avoir délibéré, le {body}, par {told}, {verb} cette proposition."
    verdict = "Adopté à la majorité" if tally.result == "adopted" else "Rejeté"
    return f"{verdict} : {', '.join(counts)}."
