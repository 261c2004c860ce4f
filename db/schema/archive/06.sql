-- several sources of one council: where platforms publish beside the pages, which of them are early, where a
-- site moved to; the analysts see whether a source publishes before the vote, and the documents that it brought

ALTER TABLE sources ADD COLUMN early INTEGER NOT NULL DEFAULT 1;      -- 0: publishes after the vote only
ALTER TABLE sources ADD COLUMN moved_from TEXT;                       -- the address that led elsewhere
ALTER TABLE sources ADD COLUMN moved_to TEXT;                         -- where the next crawl begins
ALTER TABLE sources ADD COLUMN moved_at TEXT;
CREATE TABLE entries (                        -- where the spiders of platforms begin
    council_id TEXT NOT NULL REFERENCES councils(id), spider TEXT NOT NULL, url TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '', found_on TEXT NOT NULL DEFAULT '',
    by_hand INTEGER NOT NULL DEFAULT 0,       -- 1: tocsin.toml names it
    first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
    last_productive_at TEXT,                  -- the last crawl to which it told of a document or a session
    failures INTEGER NOT NULL DEFAULT 0,      -- crawls in a row in which it answered nothing useful
    failing_since TEXT, error TEXT,           -- since when, and the last reason
    PRIMARY KEY (council_id, spider, url)
) WITHOUT ROWID;
DROP VIEW source_health;
CREATE VIEW source_health AS
    WITH brought AS (                         -- a document belongs to the source whose crawl saw it first
        SELECT d.id, d.council_id, coalesce(
                   (SELECT c.source_id FROM versions v JOIN crawls c ON c.id = v.crawl_id
                    WHERE v.document_id = d.id ORDER BY v.number LIMIT 1), d.council_id || '/site') AS source_id,
               (SELECT v.state FROM versions v WHERE v.document_id = d.id
                ORDER BY v.seen_at DESC, v.number DESC LIMIT 1) AS state
        FROM documents d)
    SELECT o.id AS source_id, o.council_id, c.name AS council, c.kind, c.department, c.region, o.spider,
           o.state, o.reason, o.state_since, o.failures, o.last_crawl_at, o.last_success_at,
           o.last_new_document_at, count(b.id) AS documents,
           count(b.id) FILTER (WHERE b.state = 'needs-ocr') AS needs_ocr,
           count(b.id) FILTER (WHERE b.state = 'failed') AS failed_documents, o.early
    FROM sources o JOIN councils c ON c.id = o.council_id
    LEFT JOIN brought b ON b.council_id = o.council_id AND b.source_id = o.id
    GROUP BY o.id;
