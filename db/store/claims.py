"""The claims of a reading as JSON: a codec made from the types themselves, so that it cannot lag behind them.

Fields that hold their default are left out. Unknown keys of a later version are ignored and absent ones take the
default, so that readings of another version of the program remain readable.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, time
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from crawler.models import FlagClaim, SessionClaim
from db.values import clean

Decoder = Callable[[Any], Any]
Claims = tuple[tuple[SessionClaim, ...], tuple[FlagClaim, ...]]
T = TypeVar("T")


def encode_claims(sessions: tuple[SessionClaim, ...], flags: tuple[FlagClaim, ...]) -> str:
    """The column ``readings.claims``: ``{"sessions": [...], "flags": [...]}``."""
    value = {"sessions": [encode(claim) for claim in sessions], "flags": [encode(claim) for claim in flags]}
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def decode_claims(text: str) -> Claims:
    """The inverse of ``encode_claims``."""
    value = json.loads(text)
    sessions = tuple(_decoder(SessionClaim)(claim) for claim in value["sessions"])
    return sessions, tuple(_decoder(FlagClaim)(claim) for claim in value["flags"])


def encode(value: Any) -> Any:
    """A frozen value as JSON types."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: encode(content)
            for field in dataclasses.fields(value)
            if (content := getattr(value, field.name)) != field.default
        }
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    return value.isoformat() if isinstance(value, date | time) else value


@cache
def _decoder(kind: Any) -> Decoder:
    """What turns JSON back into a value of an annotated type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_decoder(kind)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin in (Union, UnionType) and NoneType in arguments:
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        decode = _decoder(inner)
        return lambda value: None if value is None else decode(value)
    if kind in (date, time):
        decoder: Decoder = kind.fromisoformat
        return decoder
    if kind in (str, int, float, bool) or origin is Literal:
        return lambda value: value
    raise TypeError(f"claims cannot hold {kind!r}")


def _dataclass_decoder(kind: type[Any]) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}

    def decode(value: dict[str, Any]) -> Any:
        return kind(**{name: decoders[name](part) for name, part in value.items() if name in decoders})

    return decode


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        repeated = _decoder(arguments[0])
        return lambda value: tuple(repeated(part) for part in value)
    fixed = [_decoder(argument) for argument in arguments]
    return lambda value: tuple(decode(part) for decode, part in zip(fixed, value, strict=True))
