"""The schema, as append-only lists of forward migrations: one for the archive, one for the desk.

A migration that has been released is never edited. ``archive.db`` and ``private.db`` share the first
list; ``desk.db`` has the second. The number applied is SQLite's ``user_version``.
"""

from __future__ import annotations

ARCHIVE: tuple[str, ...] = (
    # 1: the whole first version
    """
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
    """,
    # 2: documents inside documents; how far a recognised page reads as French
    """
    ALTER TABLE documents ADD COLUMN parent_id TEXT REFERENCES documents(id);  -- the archive or mail it came in
    CREATE INDEX documents_by_parent ON documents(parent_id) WHERE parent_id IS NOT NULL;
    ALTER TABLE versions ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;          -- documents directly inside it
    ALTER TABLE pages ADD COLUMN legible REAL;                                 -- 0..1; null: not from an image
    ALTER TABLE flags ADD COLUMN legible REAL;
    """,
    # 3: the analysts see what was recognised from an image; the columns of before stand where they stood
    """
    DROP VIEW flagged;
    CREATE VIEW flagged AS
        SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               f.session_id, s.date AS session_date, s.starts_at, s.status AS session_status,
               f.item_id, i.number AS item_number, i.title AS item_title, f.topics, f.score, f.stance,
               f.excerpt, d.url AS document_url, d.kind AS document_kind, f.page, f.first_seen_at,
               i.result AS outcome, p.method AS page_method, f.legible
        FROM flags f
        JOIN councils c ON c.id = f.council_id
        JOIN versions v ON v.id = f.version_id
        JOIN documents d ON d.id = v.document_id
        LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
        LEFT JOIN sessions s ON s.id = f.session_id
        LEFT JOIN items i ON i.id = f.item_id
        WHERE f.superseded_at IS NULL;
    """,
    # 4: what waits for optical recognition, and what a reading made later may tell
    """
    ALTER TABLE readings ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;   -- pages without text that need recognition
    ALTER TABLE readings ADD COLUMN recogniser TEXT NOT NULL DEFAULT '';  -- asked for them; 'later': to come; '': none
    ALTER TABLE readings ADD COLUMN late INTEGER NOT NULL DEFAULT 0;      -- 1: by better code or means: no change told
    UPDATE readings SET waiting = 1
        WHERE superseded_at IS NULL AND version_id IN (SELECT id FROM versions WHERE state = 'needs-ocr');
    CREATE INDEX readings_waiting ON readings(version_id) WHERE waiting > 0 AND superseded_at IS NULL;
    CREATE INDEX pages_recognised ON pages(version_id, number) WHERE method = 'ocr';
    CREATE TABLE unsettled (                      -- councils with readings that their facts do not know of yet
        council_id TEXT PRIMARY KEY REFERENCES councils(id), reading_id INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    # 5: who presents an item, under which rubric, where each version speaks of it, and whether it was announced;
    # the views say so in new columns at their end, and a session over two days is ahead until its last one
    """
    ALTER TABLE sessions ADD COLUMN last_day TEXT;                        -- of a session over several days
    ALTER TABLE items ADD COLUMN rapporteur TEXT;
    ALTER TABLE items ADD COLUMN theme TEXT;                              -- rubric above it
    ALTER TABLE items ADD COLUMN parent_id TEXT REFERENCES items(id) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE items ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;      -- 1: before the session, by delegation
    ALTER TABLE items ADD COLUMN announced INTEGER;                       -- null: not known
    ALTER TABLE votes ADD COLUMN not_voting INTEGER;                      -- who took no part, counted as printed
    ALTER TABLE votes ADD COLUMN not_voting_names TEXT NOT NULL DEFAULT '[]';  -- JSON list
    ALTER TABLE item_versions ADD COLUMN page INTEGER;                    -- the part that belongs to it: from here
    ALTER TABLE item_versions ADD COLUMN "start" INTEGER;
    ALTER TABLE item_versions ADD COLUMN last_page INTEGER;               -- to here, both with an offset in the page
    ALTER TABLE item_versions ADD COLUMN "end" INTEGER;
    ALTER TABLE item_versions ADD COLUMN rank INTEGER;                    -- 1: the best word on it
    CREATE INDEX items_by_parent ON items(parent_id) WHERE parent_id IS NOT NULL;
    DROP VIEW flagged;
    CREATE VIEW flagged AS
        SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               f.session_id, s.date AS session_date, s.starts_at, s.status AS session_status,
               f.item_id, i.number AS item_number, i.title AS item_title, f.topics, f.score, f.stance,
               f.excerpt, d.url AS document_url, d.kind AS document_kind, f.page, f.first_seen_at,
               i.result AS outcome, p.method AS page_method, f.legible,
               coalesce(i.decided, d.kind = 'decision') AS decided
        FROM flags f
        JOIN councils c ON c.id = f.council_id
        JOIN versions v ON v.id = f.version_id
        JOIN documents d ON d.id = v.document_id
        LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
        LEFT JOIN sessions s ON s.id = f.session_id
        LEFT JOIN items i ON i.id = f.item_id
        WHERE f.superseded_at IS NULL;
    DROP VIEW upcoming;
    CREATE VIEW upcoming AS
        SELECT s.id AS session_id, s.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               s.date AS session_date, s.starts_at, s.place, s.status, s.convened_on,
               (SELECT count(*) FROM items i WHERE i.session_id = s.id AND i.superseded_at IS NULL) AS items,
               (SELECT count(DISTINCT f.item_id) FROM flags f
                WHERE f.session_id = s.id AND f.superseded_at IS NULL) AS flagged_items,
               d.url AS agenda_url, s.first_seen_at, s.last_day
        FROM sessions s
        JOIN councils c ON c.id = s.council_id
        LEFT JOIN versions v ON v.id = s.agenda_version_id
        LEFT JOIN documents d ON d.id = v.document_id
        WHERE s.superseded_at IS NULL AND s.status NOT IN ('cancelled', 'held')
          AND (coalesce(s.last_day, s.date) >= date('now')
               OR s.date IS NULL AND s.first_seen_at >= date('now', '-60 days'));
    DROP VIEW outcomes;
    CREATE VIEW outcomes AS
        SELECT c.id AS council_id, c.name AS council, s.body, s.id AS session_id, s.date AS session_date,
               i.id AS item_id, i.number AS item_number, i.title AS item_title, vo.position AS vote,
               vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page,
               EXISTS (SELECT 1 FROM flags f WHERE f.item_id = i.id AND f.superseded_at IS NULL) AS is_flagged,
               vo.not_voting, i.announced
        FROM votes vo
        JOIN items i ON i.id = vo.item_id
        JOIN sessions s ON s.id = i.session_id
        JOIN councils c ON c.id = s.council_id
        JOIN versions v ON v.id = vo.version_id
        JOIN documents d ON d.id = v.document_id
        WHERE vo.superseded_at IS NULL AND i.superseded_at IS NULL AND s.superseded_at IS NULL;
    """,
    # 6: several sources of one council: where platforms publish beside the pages, which of them are early, where a
    # site moved to; the analysts see whether a source publishes before the vote, and the documents that it brought
    """
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
    """,
    # 7: what an operator's review found wrong, without who or why: the views leave it out wherever the archive goes
    """
    CREATE TABLE dismissals (flag_id TEXT PRIMARY KEY REFERENCES flags(id), dismissed_at TEXT NOT NULL) WITHOUT ROWID;
    DROP VIEW flagged;
    CREATE VIEW flagged AS
        SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               f.session_id, s.date AS session_date, s.starts_at, s.status AS session_status,
               f.item_id, i.number AS item_number, i.title AS item_title, f.topics, f.score, f.stance,
               f.excerpt, d.url AS document_url, d.kind AS document_kind, f.page, f.first_seen_at,
               i.result AS outcome, p.method AS page_method, f.legible,
               coalesce(i.decided, d.kind = 'decision') AS decided
        FROM flags f
        JOIN councils c ON c.id = f.council_id
        JOIN versions v ON v.id = f.version_id
        JOIN documents d ON d.id = v.document_id
        LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
        LEFT JOIN sessions s ON s.id = f.session_id
        LEFT JOIN items i ON i.id = f.item_id
        WHERE f.superseded_at IS NULL AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = f.id);
    DROP VIEW upcoming;
    CREATE VIEW upcoming AS
        SELECT s.id AS session_id, s.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               s.date AS session_date, s.starts_at, s.place, s.status, s.convened_on,
               (SELECT count(*) FROM items i WHERE i.session_id = s.id AND i.superseded_at IS NULL) AS items,
               (SELECT count(DISTINCT f.item_id) FROM flags f WHERE f.session_id = s.id AND f.superseded_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = f.id)) AS flagged_items,
               d.url AS agenda_url, s.first_seen_at, s.last_day
        FROM sessions s
        JOIN councils c ON c.id = s.council_id
        LEFT JOIN versions v ON v.id = s.agenda_version_id
        LEFT JOIN documents d ON d.id = v.document_id
        WHERE s.superseded_at IS NULL AND s.status NOT IN ('cancelled', 'held')
          AND (coalesce(s.last_day, s.date) >= date('now')
               OR s.date IS NULL AND s.first_seen_at >= date('now', '-60 days'));
    DROP VIEW outcomes;
    CREATE VIEW outcomes AS
        SELECT c.id AS council_id, c.name AS council, s.body, s.id AS session_id, s.date AS session_date,
               i.id AS item_id, i.number AS item_number, i.title AS item_title, vo.position AS vote,
               vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page,
               EXISTS (SELECT 1 FROM flags f WHERE f.item_id = i.id AND f.superseded_at IS NULL
                       AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = f.id)) AS is_flagged,
               vo.not_voting, i.announced
        FROM votes vo
        JOIN items i ON i.id = vo.item_id
        JOIN sessions s ON s.id = i.session_id
        JOIN councils c ON c.id = s.council_id
        JOIN versions v ON v.id = vo.version_id
        JOIN documents d ON d.id = v.document_id
        WHERE vo.superseded_at IS NULL AND i.superseded_at IS NULL AND s.superseded_at IS NULL;
    """,
    # 8: what the documents state of a flagged item, each with its words: sums, cameras, firms, funders, terms; the
    # views show in new columns at their end what nothing contradicts
    """
    CREATE TABLE item_facts (
        id INTEGER PRIMARY KEY, flag_id TEXT NOT NULL REFERENCES flags(id), item_id TEXT REFERENCES items(id),
        position INTEGER NOT NULL,                -- best word first
        kind TEXT NOT NULL,                       -- amount, cameras, body-cameras, vendor, product, funding, duration
        value REAL,                               -- euros, cameras, months; of funding: euros, where stated
        name TEXT,                                -- of vendor and product; of funding: fipd, detr, dsil, region, …
        role TEXT,                                -- total, maximum, minimum, subsidy, annual; new, existing, total
        tax TEXT, rate REAL,                      -- HT or TTC where printed; per cent of funding
        main INTEGER NOT NULL DEFAULT 0,          -- 1: the one to show; none where two contradict each other
        version_id INTEGER NOT NULL REFERENCES versions(id), page INTEGER NOT NULL, "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL, text TEXT NOT NULL, superseded_at TEXT
    );
    CREATE INDEX item_facts_by_flag ON item_facts(flag_id);
    CREATE INDEX item_facts_by_item ON item_facts(item_id);
    ALTER TABLE flags ADD COLUMN amount REAL;     -- from here the facts with main = 1
    ALTER TABLE flags ADD COLUMN amount_role TEXT;
    ALTER TABLE flags ADD COLUMN amount_tax TEXT;
    ALTER TABLE flags ADD COLUMN subsidy REAL;
    ALTER TABLE flags ADD COLUMN cameras INTEGER;
    ALTER TABLE flags ADD COLUMN body_cameras INTEGER;
    ALTER TABLE flags ADD COLUMN vendor TEXT;
    ALTER TABLE flags ADD COLUMN product TEXT;
    ALTER TABLE flags ADD COLUMN months INTEGER;
    ALTER TABLE flags ADD COLUMN funding TEXT;    -- JSON list; null: none stated
    DROP VIEW flagged;
    CREATE VIEW flagged AS
        SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body,
               f.session_id, s.date AS session_date, s.starts_at, s.status AS session_status,
               f.item_id, i.number AS item_number, i.title AS item_title, f.topics, f.score, f.stance,
               f.excerpt, d.url AS document_url, d.kind AS document_kind, f.page, f.first_seen_at,
               i.result AS outcome, p.method AS page_method, f.legible,
               coalesce(i.decided, d.kind = 'decision') AS decided,
               f.amount, f.amount_role, f.amount_tax, f.subsidy, f.cameras, f.body_cameras, f.vendor, f.product,
               f.months, f.funding
        FROM flags f
        JOIN councils c ON c.id = f.council_id
        JOIN versions v ON v.id = f.version_id
        JOIN documents d ON d.id = v.document_id
        LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
        LEFT JOIN sessions s ON s.id = f.session_id
        LEFT JOIN items i ON i.id = f.item_id
        WHERE f.superseded_at IS NULL AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = f.id);
    DROP VIEW outcomes;
    CREATE VIEW outcomes AS
        SELECT c.id AS council_id, c.name AS council, s.body, s.id AS session_id, s.date AS session_date,
               i.id AS item_id, i.number AS item_number, i.title AS item_title, vo.position AS vote,
               vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page,
               f.id IS NOT NULL AS is_flagged, vo.not_voting, i.announced, f.amount, f.amount_role, f.amount_tax
        FROM votes vo
        JOIN items i ON i.id = vo.item_id
        JOIN sessions s ON s.id = i.session_id
        JOIN councils c ON c.id = s.council_id
        JOIN versions v ON v.id = vo.version_id
        JOIN documents d ON d.id = v.document_id
        LEFT JOIN flags f ON f.id = (
            SELECT g.id FROM flags g WHERE g.item_id = i.id AND g.superseded_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = g.id) ORDER BY g.score DESC, g.id LIMIT 1)
        WHERE vo.superseded_at IS NULL AND i.superseded_at IS NULL AND s.superseded_at IS NULL;
    """,
    # 9: the sessions ahead are found by their date: 2 ms in 25,000 sessions, where reading all of them took 30
    """
    CREATE INDEX sessions_by_date ON sessions(date) WHERE superseded_at IS NULL;
    """,
    # 10: whether a document is still online: what looks at its address found, and since when nothing is there any more
    """
    ALTER TABLE documents ADD COLUMN last_online_at TEXT; -- last look at its address that was given it; null: none known
    ALTER TABLE documents ADD COLUMN looked_at TEXT;      -- last look at its address, whatever came of it
    ALTER TABLE documents ADD COLUMN gone_since TEXT;     -- first of the looks, on two days at least, that found nothing
    ALTER TABLE documents ADD COLUMN gone_reason TEXT;    -- what they were answered
    CREATE TABLE lookups (                                -- looks that found nothing or proved nothing, and what came back
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
    """,
    # 11: search narrows inside the index: marks beside each text (db/search_marks.py), null while not in the index; what
    # changes them is queued, and indexed in short transactions (db/search_index.py), existing archives too
    """
    ALTER TABLE pages ADD COLUMN marks TEXT;
    ALTER TABLE items ADD COLUMN marks TEXT;
    DROP TRIGGER pages_insert;
    DROP TRIGGER pages_delete;
    DROP TRIGGER pages_update;
    DROP TRIGGER items_insert;
    DROP TRIGGER items_delete;
    DROP TRIGGER items_update;
    DROP TABLE pages_fts;
    DROP TABLE items_fts;
    CREATE VIRTUAL TABLE pages_fts USING fts5(
        text, marks, content="pages", content_rowid='id', tokenize="unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE items_fts USING fts5(
        title, marks, content="items", content_rowid='row', tokenize="unicode61 remove_diacritics 2"
    );
    CREATE TABLE unindexed_versions (
        version_id INTEGER PRIMARY KEY REFERENCES versions(id) ON DELETE CASCADE
    );
    CREATE TABLE unindexed_items (
        item_row INTEGER PRIMARY KEY REFERENCES items(row) ON DELETE CASCADE
    );
    -- a row is in the index where its marks are not null: a delete must tell the index exactly what it holds
    CREATE TRIGGER pages_insert AFTER INSERT ON pages WHEN new.marks IS NOT NULL BEGIN
        INSERT INTO pages_fts(rowid, text, marks) VALUES (new.id, new.text, new.marks);
    END;
    CREATE TRIGGER pages_delete AFTER DELETE ON pages WHEN old.marks IS NOT NULL BEGIN
        INSERT INTO pages_fts(pages_fts, rowid, text, marks) VALUES ('delete', old.id, old.text, old.marks);
    END;
    CREATE TRIGGER pages_update AFTER UPDATE OF text, marks ON pages
    WHEN old.text IS NOT new.text OR old.marks IS NOT new.marks BEGIN
        INSERT INTO pages_fts(pages_fts, rowid, text, marks)
            SELECT 'delete', old.id, old.text, old.marks WHERE old.marks IS NOT NULL;
        INSERT INTO pages_fts(rowid, text, marks) SELECT new.id, new.text, new.marks WHERE new.marks IS NOT NULL;
    END;
    CREATE TRIGGER items_insert AFTER INSERT ON items WHEN new.marks IS NOT NULL BEGIN
        INSERT INTO items_fts(rowid, title, marks) VALUES (new.row, new.title, new.marks);
    END;
    CREATE TRIGGER items_delete AFTER DELETE ON items WHEN old.marks IS NOT NULL BEGIN
        INSERT INTO items_fts(items_fts, rowid, title, marks) VALUES ('delete', old.row, old.title, old.marks);
    END;
    CREATE TRIGGER items_update AFTER UPDATE OF title, marks ON items
    WHEN old.title IS NOT new.title OR old.marks IS NOT new.marks BEGIN
        INSERT INTO items_fts(items_fts, rowid, title, marks)
            SELECT 'delete', old.row, old.title, old.marks WHERE old.marks IS NOT NULL;
        INSERT INTO items_fts(rowid, title, marks) SELECT new.row, new.title, new.marks WHERE new.marks IS NOT NULL;
    END;
    -- whatever marks are made of queues those that it may change
    CREATE TRIGGER pages_unindexed AFTER INSERT ON pages WHEN new.marks IS NULL BEGIN
        INSERT OR IGNORE INTO unindexed_versions VALUES (new.version_id);
    END;
    CREATE TRIGGER items_unindexed AFTER INSERT ON items WHEN new.marks IS NULL BEGIN
        INSERT OR IGNORE INTO unindexed_items VALUES (new.row);
        INSERT OR IGNORE INTO unindexed_versions SELECT new.version_id WHERE new.version_id IS NOT NULL;
    END;
    CREATE TRIGGER items_remarked AFTER UPDATE OF session_id, version_id, page, superseded_at ON items
    WHEN old.session_id IS NOT new.session_id OR old.version_id IS NOT new.version_id OR old.page IS NOT new.page
        OR old.superseded_at IS NOT new.superseded_at BEGIN
        INSERT OR IGNORE INTO unindexed_items VALUES (new.row);
        INSERT OR IGNORE INTO unindexed_versions
            SELECT value FROM json_each(json_array(old.version_id, new.version_id)) WHERE value IS NOT NULL;
    END;
    CREATE TRIGGER session_versions_added AFTER INSERT ON session_versions BEGIN
        INSERT OR IGNORE INTO unindexed_versions VALUES (new.version_id);
    END;
    CREATE TRIGGER session_versions_remarked AFTER UPDATE OF superseded_at ON session_versions
    WHEN old.superseded_at IS NOT new.superseded_at BEGIN
        INSERT OR IGNORE INTO unindexed_versions VALUES (new.version_id);
    END;
    CREATE TRIGGER sessions_remarked AFTER UPDATE OF date, superseded_at ON sessions
    WHEN old.date IS NOT new.date OR old.superseded_at IS NOT new.superseded_at BEGIN
        INSERT OR IGNORE INTO unindexed_items SELECT row FROM items WHERE session_id = new.id;
        INSERT OR IGNORE INTO unindexed_versions SELECT version_id FROM session_versions WHERE session_id = new.id;
        INSERT OR IGNORE INTO unindexed_versions
            SELECT version_id FROM items WHERE session_id = new.id AND version_id IS NOT NULL;
    END;
    CREATE TRIGGER flags_added AFTER INSERT ON flags BEGIN
        INSERT OR IGNORE INTO unindexed_items SELECT i.row FROM items i JOIN versions v ON v.id = i.version_id
            WHERE v.document_id = (SELECT document_id FROM versions WHERE id = new.version_id);
        INSERT OR IGNORE INTO unindexed_items SELECT row FROM items WHERE id = new.item_id;
        INSERT OR IGNORE INTO unindexed_versions SELECT id FROM versions
            WHERE document_id = (SELECT document_id FROM versions WHERE id = new.version_id);
    END;
    CREATE TRIGGER flags_remarked AFTER UPDATE OF item_id, version_id, page, topics, superseded_at ON flags
    WHEN old.item_id IS NOT new.item_id OR old.version_id IS NOT new.version_id OR old.page IS NOT new.page
        OR old.topics IS NOT new.topics OR old.superseded_at IS NOT new.superseded_at BEGIN
        INSERT OR IGNORE INTO unindexed_items SELECT row FROM items WHERE id IN (old.item_id, new.item_id);
        INSERT OR IGNORE INTO unindexed_items SELECT i.row FROM items i JOIN versions v ON v.id = i.version_id
            WHERE v.document_id IN (SELECT document_id FROM versions WHERE id IN (old.version_id, new.version_id));
        INSERT OR IGNORE INTO unindexed_versions SELECT id FROM versions
            WHERE document_id IN (SELECT document_id FROM versions WHERE id IN (old.version_id, new.version_id));
    END;
    CREATE TRIGGER flags_removed AFTER DELETE ON flags BEGIN
        INSERT OR IGNORE INTO unindexed_items SELECT row FROM items WHERE id = old.item_id;
        INSERT OR IGNORE INTO unindexed_items SELECT i.row FROM items i JOIN versions v ON v.id = i.version_id
            WHERE v.document_id = (SELECT document_id FROM versions WHERE id = old.version_id);
        INSERT OR IGNORE INTO unindexed_versions SELECT id FROM versions
            WHERE document_id = (SELECT document_id FROM versions WHERE id = old.version_id);
    END;
    CREATE TRIGGER documents_remarked AFTER UPDATE OF kind ON documents WHEN old.kind IS NOT new.kind BEGIN
        INSERT OR IGNORE INTO unindexed_versions SELECT id FROM versions WHERE document_id = new.id;
        INSERT OR IGNORE INTO unindexed_items SELECT i.row FROM items i JOIN versions v ON v.id = i.version_id
            WHERE v.document_id = new.id;
    END;
    CREATE TRIGGER councils_remarked AFTER UPDATE OF kind, department, region ON councils
    WHEN old.kind IS NOT new.kind OR old.department IS NOT new.department OR old.region IS NOT new.region BEGIN
        INSERT OR IGNORE INTO unindexed_versions SELECT v.id FROM versions v JOIN documents d ON d.id = v.document_id
            WHERE d.council_id = new.id;
        INSERT OR IGNORE INTO unindexed_items SELECT i.row FROM items i JOIN sessions s ON s.id = i.session_id
            WHERE s.council_id = new.id;
    END;
    INSERT INTO unindexed_versions SELECT DISTINCT version_id FROM pages;
    INSERT INTO unindexed_items SELECT row FROM items;
    """,
)


DESK: tuple[str, ...] = (
    """
    CREATE TABLE subscriptions (
        name TEXT PRIMARY KEY, origin TEXT NOT NULL DEFAULT 'desk',   -- config rows mirror tocsin.toml
        "to" TEXT NOT NULL, criteria TEXT NOT NULL,                   -- JSON
        created_at TEXT NOT NULL, ended_at TEXT
    );
    CREATE TABLE alerts (
        id TEXT PRIMARY KEY, subscription TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        occasion TEXT NOT NULL, council_id TEXT NOT NULL, session_id TEXT, session_date TEXT,
        item_title TEXT NOT NULL, due_at TEXT NOT NULL, created_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'planned', reason TEXT, sent_at TEXT,
        UNIQUE (subscription, kind, subject, occasion)
    );
    CREATE INDEX alerts_due ON alerts(state, due_at);
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,                      -- the key; the Message-ID is made of it
        message_id TEXT NOT NULL UNIQUE, address TEXT NOT NULL, session_id TEXT,
        subject TEXT NOT NULL, body BLOB NOT NULL,  -- the message as rendered once: a repeat is the same bytes
        created_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued',  -- queued, sent, failed, dropped
        attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT, sent_at TEXT, expires_at TEXT
    );
    CREATE INDEX messages_queued ON messages(state, next_attempt_at);
    CREATE TABLE message_alerts (
        message_id TEXT NOT NULL REFERENCES messages(id), alert_id TEXT NOT NULL REFERENCES alerts(id),
        PRIMARY KEY (message_id, alert_id)
    ) WITHOUT ROWID;
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY, message_id TEXT NOT NULL REFERENCES messages(id), channel TEXT NOT NULL,
        started_at TEXT NOT NULL, finished_at TEXT, accepted INTEGER, error TEXT
    );
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY, flag_id TEXT NOT NULL, verdict TEXT NOT NULL, note TEXT, reviewed_at TEXT NOT NULL
    );
    """,
    # 2: what a flag rested on when it was reviewed: a later lexicon may find other words in it
    """
    ALTER TABLE reviews ADD COLUMN evidence TEXT NOT NULL DEFAULT '{}';   -- JSON: title, excerpt, kind, topics, terms
    CREATE INDEX reviews_by_flag ON reviews(flag_id, id);
    """,
    # 3: digests and quiet hours: until when a planned alert waits; from when each part of a message is of no use;
    # when a message was given up, so that operators hear of it once
    """
    ALTER TABLE alerts ADD COLUMN waits_until TEXT;
    ALTER TABLE message_alerts ADD COLUMN expires_at TEXT;                -- NULL: as its message
    ALTER TABLE messages ADD COLUMN failed_at TEXT;
    """,
    # 4: a kind of alert that a subscription took to later than it began: nothing of that kind from before
    """
    ALTER TABLE subscriptions ADD COLUMN kinds_since TEXT NOT NULL DEFAULT '{}';   -- JSON: kind, instant
    """,
)
