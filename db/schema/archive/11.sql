-- search narrows inside the index: marks beside each text (db/search_marks.py), null while not in the index;
-- what changes them is queued, and indexed in short transactions (db/search_index.py), existing archives too

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
-- whatever marks are made of queues those that it may change (an OR IGNORE would yield to the outer statement's)
CREATE TRIGGER pages_unindexed AFTER INSERT ON pages WHEN new.marks IS NULL BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER items_unindexed AFTER INSERT ON items WHEN new.marks IS NULL BEGIN
    INSERT INTO unindexed_items VALUES (new.row) ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions SELECT new.version_id WHERE new.version_id IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER items_remarked AFTER UPDATE OF session_id, version_id, page, superseded_at ON items
WHEN old.session_id IS NOT new.session_id OR old.version_id IS NOT new.version_id OR old.page IS NOT new.page
    OR old.superseded_at IS NOT new.superseded_at BEGIN
    INSERT INTO unindexed_items VALUES (new.row) ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions
        SELECT value FROM json_each(json_array(old.version_id, new.version_id)) WHERE value IS NOT NULL
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER session_versions_added AFTER INSERT ON session_versions BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER session_versions_remarked AFTER UPDATE OF superseded_at ON session_versions
WHEN old.superseded_at IS NOT new.superseded_at BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER item_versions_added AFTER INSERT ON item_versions BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER item_versions_remarked AFTER UPDATE OF superseded_at ON item_versions
WHEN old.superseded_at IS NOT new.superseded_at BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER sessions_added AFTER INSERT ON sessions WHEN new.agenda_version_id IS NOT NULL BEGIN
    INSERT INTO unindexed_versions VALUES (new.agenda_version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER sessions_remarked AFTER UPDATE OF date, agenda_version_id, superseded_at ON sessions
WHEN old.date IS NOT new.date OR old.superseded_at IS NOT new.superseded_at
    OR old.agenda_version_id IS NOT new.agenda_version_id BEGIN
    INSERT INTO unindexed_items SELECT row FROM items WHERE session_id = new.id ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions SELECT version_id FROM session_versions WHERE session_id = new.id
        UNION SELECT version_id FROM items WHERE session_id = new.id AND version_id IS NOT NULL
        UNION SELECT value FROM json_each(json_array(old.agenda_version_id, new.agenda_version_id))
            WHERE value IS NOT NULL
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER readings_added AFTER INSERT ON readings BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER flags_added AFTER INSERT ON flags BEGIN
    INSERT INTO unindexed_items SELECT row FROM items WHERE id = new.item_id ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions SELECT version_id FROM item_versions WHERE item_id = new.item_id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER flags_remarked AFTER UPDATE OF item_id, version_id, page, topics, superseded_at ON flags
WHEN old.item_id IS NOT new.item_id OR old.version_id IS NOT new.version_id OR old.page IS NOT new.page
    OR old.topics IS NOT new.topics OR old.superseded_at IS NOT new.superseded_at BEGIN
    INSERT INTO unindexed_items SELECT row FROM items WHERE id IN (old.item_id, new.item_id)
        ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions VALUES (old.version_id), (new.version_id) ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions SELECT version_id FROM item_versions
        WHERE item_id IN (old.item_id, new.item_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER flags_removed AFTER DELETE ON flags BEGIN
    INSERT INTO unindexed_items SELECT row FROM items WHERE id = old.item_id ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions VALUES (old.version_id) ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_versions SELECT version_id FROM item_versions WHERE item_id = old.item_id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER matches_added AFTER INSERT ON matches WHEN new.version_id IS NOT NULL BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER matches_remarked AFTER UPDATE OF superseded_at ON matches
WHEN new.version_id IS NOT NULL AND old.superseded_at IS NOT new.superseded_at BEGIN
    INSERT INTO unindexed_versions VALUES (new.version_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER documents_remarked AFTER UPDATE OF kind ON documents WHEN old.kind IS NOT new.kind BEGIN
    INSERT INTO unindexed_versions SELECT id FROM versions WHERE document_id = new.id ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_items SELECT i.row FROM items i JOIN versions v ON v.id = i.version_id
        WHERE v.document_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER councils_remarked AFTER UPDATE OF kind, department, region ON councils
WHEN old.kind IS NOT new.kind OR old.department IS NOT new.department OR old.region IS NOT new.region BEGIN
    INSERT INTO unindexed_versions SELECT v.id FROM versions v JOIN documents d ON d.id = v.document_id
        WHERE d.council_id = new.id ON CONFLICT DO NOTHING;
    INSERT INTO unindexed_items SELECT i.row FROM items i JOIN sessions s ON s.id = i.session_id
        WHERE s.council_id = new.id ON CONFLICT DO NOTHING;
END;
INSERT INTO unindexed_versions SELECT DISTINCT version_id FROM pages;
INSERT INTO unindexed_items SELECT row FROM items;
