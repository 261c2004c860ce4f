-- which losses each notice to an operator told: a clock that was put right does not make them news again

CREATE TABLE losses_told (
    message_id TEXT NOT NULL REFERENCES messages(id), notice_id TEXT NOT NULL REFERENCES messages(id),
    PRIMARY KEY (message_id, notice_id)
) WITHOUT ROWID;
