-- the whole first version

CREATE TABLE councils (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, department TEXT, region TEXT,
    timezone TEXT NOT NULL, website TEXT, population INTEGER, latitude REAL, longitude REAL
);
CREATE TABLE sources (
    id TEXT PRIMARY KEY,                      -- council id and spider: "commune-29003/site"
    council_id TEXT NOT NULL REFERENCES councils(id),
    spider TEXT NOT NULL DEFAULT 'site',
    state TEXT NOT NULL DEFAULT 'new', reason TEXT, state_since TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT, lease_until TEXT,       -- one crawl at a time
    last_crawl_at TEXT, last_success_at TEXT, last_new_document_at TEXT
);
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id),
    started_at TEXT NOT NULL, finished_at TEXT,
    state TEXT NOT NULL DEFAULT 'running',    -- running, ok, failed, interrupted
    reason TEXT,
    requests INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0, not_modified INTEGER NOT NULL DEFAULT 0,
    page_errors INTEGER NOT NULL DEFAULT 0,
    documents_listed INTEGER NOT NULL DEFAULT 0, documents_new INTEGER NOT NULL DEFAULT 0,
    versions_new INTEGER NOT NULL DEFAULT 0, documents_failed INTEGER NOT NULL DEFAULT 0,
    item_errors INTEGER NOT NULL DEFAULT 0,   -- pipelines that raised
    robots_denied INTEGER NOT NULL DEFAULT 0, log TEXT NOT NULL DEFAULT '[]'  -- JSON list of lines
);
CREATE INDEX crawls_by_source ON crawls(source_id, id);
CREATE TABLE urls (                           -- the frontier's memory: validators and links of pages
    council_id TEXT NOT NULL REFERENCES councils(id), url TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'page', status INTEGER, error TEXT,
    etag TEXT, last_modified TEXT, sha256 TEXT, text_hash TEXT,
    links TEXT NOT NULL DEFAULT '[]',         -- JSON: replayed when the server answers 304
    productive INTEGER NOT NULL DEFAULT 0, last_productive_at TEXT,
    first_seen_at TEXT NOT NULL, fetched_at TEXT NOT NULL,
    looked_at TEXT, crawl_id INTEGER REFERENCES crawls(id),    -- the last look that succeeded (200 or 304)
    before_at TEXT, before_links TEXT NOT NULL DEFAULT '[]',   -- the one of the crawl before: what was absent then
    PRIMARY KEY (council_id, url)
) WITHOUT ROWID;
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, compressed INTEGER NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, council_id TEXT NOT NULL REFERENCES councils(id), url TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'other', link_text TEXT NOT NULL DEFAULT '', heading TEXT NOT NULL DEFAULT '',
    file_name TEXT NOT NULL DEFAULT '', found_on TEXT,
    first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
    absent_at TEXT,                           -- last successful look at found_on before it appeared
    mirror INTEGER NOT NULL DEFAULT 0         -- in private.db: 1 = copy of a row of archive.db, for foreign keys
);
CREATE UNIQUE INDEX documents_once ON documents(council_id, url) WHERE mirror = 0;
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id), number INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES files(sha256), fetched_at TEXT NOT NULL,
    crawl_id INTEGER REFERENCES crawls(id),
    state TEXT NOT NULL, reason TEXT, media_type TEXT, method TEXT,
    page_count INTEGER NOT NULL DEFAULT 0, characters INTEGER NOT NULL DEFAULT 0,
    text_hash TEXT, image_hash TEXT,
    headers TEXT NOT NULL DEFAULT '[]',       -- JSON, as the server sent them
    seen_at TEXT NOT NULL,                    -- last fetch that gave this content
    public_id INTEGER UNIQUE,                 -- in private.db: the version of archive.db that it is a copy of
    UNIQUE (document_id, number)
);
CREATE INDEX versions_by_hash ON versions(sha256);
CREATE TABLE version_hashes (                 -- other bytes with the same content
    version_id INTEGER NOT NULL REFERENCES versions(id), sha256 TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (version_id, sha256)
) WITHOUT ROWID;
CREATE TABLE readings (
    id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL REFERENCES versions(id),
    reader_version TEXT NOT NULL, lexicon_version TEXT NOT NULL,
    kind TEXT NOT NULL, claims TEXT NOT NULL,  -- JSON of sessions and flags
    read_at TEXT NOT NULL, superseded_at TEXT
);
CREATE INDEX readings_by_version ON readings(version_id);
CREATE UNIQUE INDEX readings_current ON readings(version_id) WHERE superseded_at IS NULL;
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL REFERENCES versions(id), number INTEGER NOT NULL,
    text TEXT NOT NULL, method TEXT NOT NULL, confidence REAL,
    UNIQUE (version_id, number)
);
-- content in double quotes: so Datasette and sqlite-utils recognise the index
CREATE VIRTUAL TABLE pages_fts USING fts5(
    text, content="pages", content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER pages_insert AFTER INSERT ON pages BEGIN
    INSERT INTO pages_fts(rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER pages_delete AFTER DELETE ON pages BEGIN
    INSERT INTO pages_fts(pages_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER pages_update AFTER UPDATE OF text ON pages WHEN old.text IS NOT new.text BEGIN
    INSERT INTO pages_fts(pages_fts, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO pages_fts(rowid, text) VALUES (new.id, new.text);
END;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, council_id TEXT NOT NULL REFERENCES councils(id),
    body TEXT NOT NULL, date TEXT, starts_at TEXT, place TEXT,
    status TEXT NOT NULL DEFAULT 'scheduled', convened_on TEXT, "order" INTEGER NOT NULL DEFAULT 1,
    agenda_version_id INTEGER REFERENCES versions(id),
    private INTEGER NOT NULL DEFAULT 0,       -- its only evidence is private (always 0 in archive.db)
    first_seen_at TEXT NOT NULL, updated_at TEXT NOT NULL, superseded_at TEXT
);
CREATE INDEX sessions_by_council ON sessions(council_id, date);
CREATE TABLE items (
    row INTEGER PRIMARY KEY,                  -- stable under VACUUM, for the index below
    id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL REFERENCES sessions(id), position INTEGER NOT NULL,
    number TEXT, title TEXT NOT NULL, page INTEGER, version_id INTEGER REFERENCES versions(id),
    listed INTEGER NOT NULL DEFAULT 1, withdrawn INTEGER NOT NULL DEFAULT 0,
    result TEXT, "for" INTEGER, against INTEGER, abstain INTEGER, unanimous INTEGER,
    first_seen_at TEXT NOT NULL, updated_at TEXT NOT NULL, superseded_at TEXT
);
CREATE INDEX items_by_session ON items(session_id, position);
CREATE INDEX items_by_version ON items(version_id, page);
CREATE VIRTUAL TABLE items_fts USING fts5(
    title, content="items", content_rowid='row', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER items_insert AFTER INSERT ON items BEGIN
    INSERT INTO items_fts(rowid, title) VALUES (new.row, new.title);
END;
CREATE TRIGGER items_delete AFTER DELETE ON items BEGIN
    INSERT INTO items_fts(items_fts, rowid, title) VALUES ('delete', old.row, old.title);
END;
CREATE TRIGGER items_update AFTER UPDATE OF title ON items WHEN old.title IS NOT new.title BEGIN
    INSERT INTO items_fts(items_fts, rowid, title) VALUES ('delete', old.row, old.title);
    INSERT INTO items_fts(rowid, title) VALUES (new.row, new.title);
END;
CREATE TABLE aliases (                        -- ids are never reused: a merge leaves the loser as an alias
    old_id TEXT PRIMARY KEY, new_id TEXT NOT NULL, merged_at TEXT NOT NULL
);
CREATE TABLE session_versions (
    session_id TEXT NOT NULL REFERENCES sessions(id), version_id INTEGER NOT NULL REFERENCES versions(id),
    superseded_at TEXT, PRIMARY KEY (session_id, version_id)
) WITHOUT ROWID;
CREATE INDEX session_versions_by_version ON session_versions(version_id);
CREATE TABLE item_versions (
    item_id TEXT NOT NULL REFERENCES items(id), version_id INTEGER NOT NULL REFERENCES versions(id),
    superseded_at TEXT, PRIMARY KEY (item_id, version_id)
) WITHOUT ROWID;
CREATE TABLE votes (
    id INTEGER PRIMARY KEY, item_id TEXT NOT NULL REFERENCES items(id), position INTEGER NOT NULL,
    result TEXT NOT NULL, "for" INTEGER, against INTEGER, abstain INTEGER,
    unanimous INTEGER NOT NULL DEFAULT 0,
    version_id INTEGER NOT NULL REFERENCES versions(id), page INTEGER, superseded_at TEXT
);
CREATE INDEX votes_by_item ON votes(item_id, position);
CREATE TABLE flags (
    id TEXT PRIMARY KEY, council_id TEXT NOT NULL REFERENCES councils(id),
    session_id TEXT REFERENCES sessions(id), item_id TEXT REFERENCES items(id),
    version_id INTEGER NOT NULL REFERENCES versions(id), page INTEGER NOT NULL,
    score REAL NOT NULL, topics TEXT NOT NULL,  -- JSON list, best first
    stance TEXT, excerpt TEXT NOT NULL,
    private INTEGER NOT NULL DEFAULT 0,       -- its only evidence is private (always 0 in archive.db)
    first_seen_at TEXT NOT NULL, updated_at TEXT NOT NULL, superseded_at TEXT
);
CREATE INDEX flags_by_item ON flags(item_id);
CREATE INDEX flags_by_session ON flags(session_id);
CREATE INDEX flags_by_council ON flags(council_id);
CREATE INDEX flags_by_version ON flags(version_id, page);
CREATE TABLE matches (
    id INTEGER PRIMARY KEY, flag_id TEXT NOT NULL REFERENCES flags(id),
    topic TEXT NOT NULL, term TEXT NOT NULL, page INTEGER NOT NULL, "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL, score REAL NOT NULL, text TEXT NOT NULL,
    version_id INTEGER REFERENCES versions(id),  -- null: the flag's
    superseded_at TEXT
);
CREATE INDEX matches_by_flag ON matches(flag_id);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, council_id TEXT NOT NULL REFERENCES councils(id),
    session_id TEXT NOT NULL REFERENCES sessions(id), item_id TEXT REFERENCES items(id),
    kind TEXT NOT NULL, before TEXT, after TEXT,
    version_id INTEGER NOT NULL REFERENCES versions(id), seen_at TEXT NOT NULL
);
CREATE UNIQUE INDEX changes_once
    ON changes(session_id, coalesce(item_id, ''), kind, version_id, coalesce(after, ''));
CREATE INDEX changes_by_council ON changes(council_id);

CREATE VIEW flagged AS
    SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
           f.session_id, s.date AS session_date, s.starts_at, s.status AS session_status,
           f.item_id, i.number AS item_number, i.title AS item_title, f.topics, f.score, f.stance,
           f.excerpt, d.url AS document_url, d.kind AS document_kind, f.page, f.first_seen_at,
           i.result AS outcome
    FROM flags f
    JOIN councils c ON c.id = f.council_id
    JOIN versions v ON v.id = f.version_id
    JOIN documents d ON d.id = v.document_id
    LEFT JOIN sessions s ON s.id = f.session_id
    LEFT JOIN items i ON i.id = f.item_id
    WHERE f.superseded_at IS NULL;
CREATE VIEW upcoming AS
    SELECT s.id AS session_id, s.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
           s.date AS session_date, s.starts_at, s.place, s.status, s.convened_on,
           (SELECT count(*) FROM items i WHERE i.session_id = s.id AND i.superseded_at IS NULL) AS items,
           (SELECT count(DISTINCT f.item_id) FROM flags f
            WHERE f.session_id = s.id AND f.superseded_at IS NULL) AS flagged_items,
           d.url AS agenda_url, s.first_seen_at
    FROM sessions s
    JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = s.agenda_version_id
    LEFT JOIN documents d ON d.id = v.document_id
    WHERE s.superseded_at IS NULL AND s.status NOT IN ('cancelled', 'held')
      AND (s.date >= date('now') OR s.date IS NULL AND s.first_seen_at >= date('now', '-60 days'));
CREATE VIEW outcomes AS
    SELECT c.id AS council_id, c.name AS council, s.body, s.id AS session_id, s.date AS session_date,
           i.id AS item_id, i.number AS item_number, i.title AS item_title, vo.position AS vote,
           vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page,
           EXISTS (SELECT 1 FROM flags f WHERE f.item_id = i.id AND f.superseded_at IS NULL) AS is_flagged
    FROM votes vo
    JOIN items i ON i.id = vo.item_id
    JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = s.council_id
    JOIN versions v ON v.id = vo.version_id
    JOIN documents d ON d.id = v.document_id
    WHERE vo.superseded_at IS NULL AND i.superseded_at IS NULL AND s.superseded_at IS NULL;
CREATE VIEW source_health AS
    SELECT o.id AS source_id, o.council_id, c.name AS council, c.kind, c.department, c.region, o.spider,
           o.state, o.reason, o.state_since, o.failures, o.last_crawl_at, o.last_success_at,
           o.last_new_document_at,
           (SELECT count(*) FROM documents d WHERE d.council_id = o.council_id) AS documents,
           (SELECT count(*) FROM documents d WHERE d.council_id = o.council_id AND 'needs-ocr' = (
                SELECT v.state FROM versions v WHERE v.document_id = d.id
                ORDER BY v.seen_at DESC, v.number DESC LIMIT 1)) AS needs_ocr,
           (SELECT count(*) FROM documents d WHERE d.council_id = o.council_id AND 'failed' = (
                SELECT v.state FROM versions v WHERE v.document_id = d.id
                ORDER BY v.seen_at DESC, v.number DESC LIMIT 1)) AS failed_documents
    FROM sources o JOIN councils c ON c.id = o.council_id;
