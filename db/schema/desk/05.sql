-- what was refused for good is tried less often than what was not taken for a while; accepted NULL: not known,
-- killed meanwhile or the answer was lost

ALTER TABLE deliveries ADD COLUMN permanent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_by_message ON deliveries(message_id);
