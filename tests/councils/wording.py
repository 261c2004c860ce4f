"""How a French town hall writes a day and an hour; seven hands, all seen on real papers."""

from __future__ import annotations

from datetime import date, time

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
          "novembre", "décembre")  # fmt: skip
SMALL = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
         "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")  # fmt: skip
TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante"}


def in_words(number: int) -> str:
    """0 to 59 in words."""
    if number < 20:
        return SMALL[number]
    ten, unit = number // 10 * 10, number % 10
    if not unit:
        return TENS[ten]
    return f"{TENS[ten]} et un" if unit == 1 else f"{TENS[ten]}-{SMALL[unit]}"


def first(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def long(day: date, *, weekday: bool = True) -> str:
    text = f"{first(day)} {MONTHS[day.month - 1]} {day.year}"
    return f"{DAYS[day.weekday()]} {text}" if weekday else text


def year_in_words(year: int) -> str:
    return f"deux mille {in_words(year - 2000)}"


def hour(clock: time, hand: int = 0) -> str:
    minutes = f"{clock.minute:02d}"
    if hand == 1:
        return f"{clock.hour}h" + (minutes if clock.minute else "")
    if hand == 2:
        return f"{in_words(clock.hour)} heures" + (f" {in_words(clock.minute)}" if clock.minute else "")
    if hand == 3:
        return f"{clock.hour}H{minutes}"
    if hand == 4:
        return f"{clock.hour} heures" + (f" {minutes} minutes" if clock.minute else "")
    if hand == 5:
        return f"{clock.hour:02d}:{minutes}"
    return f"{clock.hour} h {minutes}"


def said(day: date, clock: time | None, hand: int) -> str:
    """The day, and the hour where there is one, in one of seven hands."""
    hand %= 7
    if hand == 1:
        text = f"{day:%d/%m/%Y}"
    elif hand == 2:
        number = "premier" if day.day == 1 else in_words(day.day)
        text = f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {year_in_words(day.year)}"
    elif hand == 3:
        text = long(day).upper()
    elif hand == 4:
        text = long(day, weekday=False)
    elif hand == 5:
        text = f"{day:%d.%m.%Y}"
    else:
        text = long(day)
    if clock is None:
        return text
    return f"{text} {'A' if hand == 3 else 'à'} {hour(clock, hand)}"
