-- the whole first version

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
