-- who presents an item, under which rubric, where each version speaks of it, and whether it was announced;
-- the views say so in new columns at their end, and a session over two days is ahead until its last one

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
