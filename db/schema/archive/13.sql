-- what the portal counts over the whole archive: documents that could not be read (8 ms of 100,000, where
-- looking at all of them took 370), and sessions with a printed date of convocation

CREATE INDEX versions_unread ON versions(state, document_id, seen_at, number) WHERE state <> 'read';
CREATE INDEX sessions_convened ON sessions(date, convened_on, council_id, body)
    WHERE superseded_at IS NULL AND convened_on IS NOT NULL;
