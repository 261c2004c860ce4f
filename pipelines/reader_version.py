"""Which code reads, apart from that code: asking for it must not cost the import of every reader."""

READER_VERSION = "5"  # raised when the same bytes may give other claims
