"""Rows as Parquet: typed columns, lists as lists, what is not known as null. Needs pyarrow (``tocsin[parquet]``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

from crawler.errors import UsageError
from db.export_columns import Type

BATCH = 5_000  # rows of a row group: what is held in memory


def need_pyarrow() -> Any:
    """The library. Raises UsageError, with the way to get it, where it is not installed."""
    try:
        import pyarrow  # noqa: PLC0415  an extra; without it all other formats work
    except ImportError:
        raise UsageError("parquet needs pyarrow: pip install 'tocsin[parquet]'") from None
    return pyarrow


def write_parquet(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Type], stream: BinaryIO) -> int:
    """Write rows to ``stream`` in row groups of ``BATCH``; returns how many.

    Instants are UTC timestamps to the microsecond. Raises UsageError without pyarrow.
    """
    pa = need_pyarrow()
    import pyarrow.parquet as pq  # noqa: PLC0415  as above

    schema = pa.schema([(name, _type(pa, kind)) for name, kind in columns.items()])
    count = 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            count += len(batch)
            arrays = [
                pa.array([_value(row.get(name), kind) for row in batch], type=schema.field(name).type)
                for name, kind in columns.items()
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return count


def _type(pa: Any, kind: Type) -> Any:
    outcome = pa.struct(
        [("result", pa.string()), ("for", pa.int64()), ("against", pa.int64()), ("abstain", pa.int64()),
         ("unanimous", pa.bool_())]
    )  # fmt: skip
    words = pa.list_(pa.string())
    items = pa.struct(
        [("item_id", pa.string()), ("number", pa.string()), ("title", pa.string()), ("page", pa.int64()),
         ("document_url", pa.string()), ("topics", words), ("outcome", outcome)]
    )  # fmt: skip
    return {
        "text": pa.string(), "day": pa.date32(), "instant": pa.timestamp("us", tz="UTC"), "integer": pa.int64(),
        "number": pa.float64(), "boolean": pa.bool_(), "words": words, "outcome": outcome, "items": pa.list_(items),
    }[kind]  # fmt: skip


def _value(value: Any, kind: Type) -> Any:
    if value is None:
        return None
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    return value


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


__all__ = ["need_pyarrow", "write_parquet"]
