-- digests and quiet hours: until when a planned alert waits; from when each part of a message is of no use;
-- when a message was given up, so that operators hear of it once

ALTER TABLE alerts ADD COLUMN waits_until TEXT;
ALTER TABLE message_alerts ADD COLUMN expires_at TEXT;                -- NULL: as its message
ALTER TABLE messages ADD COLUMN failed_at TEXT;
