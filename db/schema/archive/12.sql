-- what an operator took down at somebody's request: its hash, so that it is not archived again, when and why;
-- which documents a portal for strangers may show is asked by version

CREATE TABLE takedowns (
    sha256 TEXT PRIMARY KEY,
    text_hash TEXT,                           -- of a version with this text under other bytes; null: no text
    document_id TEXT NOT NULL, reason TEXT NOT NULL, taken_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX takedowns_by_text ON takedowns(text_hash) WHERE text_hash IS NOT NULL;
CREATE INDEX matches_by_version ON matches(version_id) WHERE version_id IS NOT NULL AND superseded_at IS NULL;
CREATE INDEX sessions_by_agenda ON sessions(agenda_version_id) WHERE agenda_version_id IS NOT NULL;
CREATE INDEX item_versions_by_version ON item_versions(version_id);
