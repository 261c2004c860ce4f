-- what a flag rested on when it was reviewed: a later lexicon may find other words in it

ALTER TABLE reviews ADD COLUMN evidence TEXT NOT NULL DEFAULT '{}';   -- JSON: title, excerpt, kind, topics, terms
CREATE INDEX reviews_by_flag ON reviews(flag_id, id);
