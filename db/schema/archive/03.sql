-- the analysts see what was recognised from an image; the columns of before stand where they stood

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
