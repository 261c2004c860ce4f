-- a kind of alert that a subscription took to later than it began: nothing of that kind from before

ALTER TABLE subscriptions ADD COLUMN kinds_since TEXT NOT NULL DEFAULT '{}';   -- JSON: kind, instant
