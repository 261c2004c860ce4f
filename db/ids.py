"""Opaque identifiers: given at first sight, never reused, unique over all archives without a register."""

from __future__ import annotations

import secrets

# No vowels (no words), no 0/o, 1/l: an id may have to be read aloud. 28 letters ** 10: 48 bits.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 10
PREFIXES = {"d": "document", "s": "session", "i": "item", "f": "flag", "a": "alert"}


def new_id(prefix: str) -> str:
    """A new random id such as ``s-7k2m9q4x3c``."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def kind_of(identifier: str) -> str | None:
    """What an id names (``"session"``…), judged by its form; None for other text (a council's id, say)."""
    prefix, dash, rest = identifier.partition("-")
    if dash and prefix in PREFIXES and len(rest) == LENGTH and all(letter in ALPHABET for letter in rest):
        return PREFIXES[prefix]
    return None
