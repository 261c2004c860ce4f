-- what waits for optical recognition, and what a reading made later may tell

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
