-- what the documents state of a flagged item, each with its words: sums, cameras, firms, funders, terms; the
-- views show in new columns at their end what nothing contradicts

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
