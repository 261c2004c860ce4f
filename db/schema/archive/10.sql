-- whether a document is still online: what looks at its address found, and since when nothing is there any more

ALTER TABLE documents ADD COLUMN last_online_at TEXT; -- last look that was given it; null: none known
ALTER TABLE documents ADD COLUMN looked_at TEXT;      -- last look at its address, whatever came of it
ALTER TABLE documents ADD COLUMN gone_since TEXT;     -- first of looks, on two days at least, that found nothing
ALTER TABLE documents ADD COLUMN gone_reason TEXT;    -- what they were answered
CREATE TABLE lookups (                                -- looks that found or proved nothing, and what came back
    id INTEGER PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id), looked_at TEXT NOT NULL,
    status INTEGER,                                   -- of HTTP; null: no answer
    verdict TEXT NOT NULL,                            -- online, missing, unclear
    reason TEXT
);
CREATE INDEX lookups_by_document ON lookups(document_id, looked_at);
CREATE INDEX documents_gone ON documents(gone_since) WHERE gone_since IS NOT NULL;
UPDATE documents SET last_online_at = (SELECT max(v.seen_at) FROM versions v
    WHERE v.document_id = documents.id AND v.state <> 'error-page') WHERE mirror = 0 AND url LIKE 'http%';
UPDATE documents SET looked_at = last_online_at;
CREATE VIEW offline AS
    SELECT d.id AS document_id, d.council_id, c.name AS council, c.department, c.region, d.url, d.kind,
           d.first_seen_at, d.last_online_at, d.gone_since, d.gone_reason, d.looked_at,
           (SELECT v.sha256 FROM versions v WHERE v.document_id = d.id
            ORDER BY v.seen_at DESC, v.number DESC LIMIT 1) AS sha256
    FROM documents d JOIN councils c ON c.id = d.council_id
    WHERE d.gone_since IS NOT NULL AND d.mirror = 0;
