/**
 * What the broker keeps. Whatever belongs to a session goes with its row: consumers and private queues are deleted, and
 * messages that it had under way are free again, told from new ones by their `deliveries`.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS sessions (
  id serial PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS queues (
  name text PRIMARY KEY,
  session_id int REFERENCES sessions ON DELETE CASCADE -- of a private queue
);
CREATE TABLE IF NOT EXISTS consumers (
  session_id int NOT NULL REFERENCES sessions ON DELETE CASCADE,
  subscription int NOT NULL,
  queue text NOT NULL REFERENCES queues ON DELETE CASCADE,
  count int NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
  id bigserial PRIMARY KEY,
  queue text NOT NULL REFERENCES queues ON DELETE CASCADE,
  priority smallint NOT NULL,
  body text NOT NULL,
  deliveries int NOT NULL DEFAULT 0,
  session_id int REFERENCES sessions ON DELETE SET NULL -- has it under way
);
CREATE INDEX IF NOT EXISTS messages_waiting ON messages (queue, priority DESC, id) WHERE session_id IS NULL;
CREATE INDEX IF NOT EXISTS messages_held ON messages (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS consumers_by_queue ON consumers (queue);
`;

/** What other sessions' locks are looked up by: each session holds the lock of this number and its id. */
export const LOCK_CLASS = '(hashtext(current_schema()) & 2147483647)';
