-- documents inside documents; how far a recognised page reads as French

ALTER TABLE documents ADD COLUMN parent_id TEXT REFERENCES documents(id);  -- the archive or mail it came in
CREATE INDEX documents_by_parent ON documents(parent_id) WHERE parent_id IS NOT NULL;
ALTER TABLE versions ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;          -- documents directly inside it
ALTER TABLE pages ADD COLUMN legible REAL;                                 -- 0..1; null: not from an image
ALTER TABLE flags ADD COLUMN legible REAL;
