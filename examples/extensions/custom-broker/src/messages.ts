import { DEAD_LETTER_QUEUE, MAX_PRIORITY, PRIVATE_QUEUE_PREFIX } from '@tork/core';
import type { QueueInfo } from '@tork/core';
import type { Session } from './session';

/** A message at rest. */
export interface StoredMessage {
  queue: string;
  /** JSON */
  body: string;
  priority?: number;
}

/** A message that a session has under way. */
export interface TakenMessage {
  id: string;
  queue: string;
  body: string;
  redelivered: boolean;
}

export const isPrivate = (queue: string): boolean =>
  queue.startsWith(PRIVATE_QUEUE_PREFIX) && queue !== DEAD_LETTER_QUEUE;

/** Stores all messages or none, and wakes who waits for them. Those for a private queue that is gone are dropped. */
export async function put(session: Session, channel: string, messages: readonly StoredMessage[]): Promise<void> {
  const queues = messages.map(({ queue }) => queue);
  await session.query(
    `WITH sent AS (
       SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[]) WITH ORDINALITY AS m(queue, priority, body, n)
     ), declared AS (
       INSERT INTO queues (name) SELECT DISTINCT unnest($4::text[]) ON CONFLICT DO NOTHING
     ), stored AS (
       INSERT INTO messages (queue, priority, body) SELECT queue, priority, body FROM sent
       WHERE queue = ANY ($4) OR EXISTS (SELECT FROM queues WHERE name = queue) ORDER BY n
     )
     SELECT pg_notify($5, queue) FROM (SELECT DISTINCT queue FROM sent) AS woken`,
    [
      queues,
      messages.map(({ priority = 0 }) => Math.min(MAX_PRIORITY, Math.max(0, Math.trunc(priority) || 0))),
      messages.map(({ body }) => body),
      queues.filter((queue) => !isPrivate(queue)),
      channel,
    ],
  );
}

/** Takes up to `limit` messages that nobody has under way: the urgent first, then the older. */
export async function take(session: Session, queues: readonly string[], limit: number): Promise<TakenMessage[]> {
  const taken = await session.query<TakenMessage & { priority: number }>(
    `UPDATE messages SET session_id = $1, deliveries = deliveries + 1 WHERE id IN (
       SELECT id FROM messages WHERE queue = ANY ($2) AND session_id IS NULL
       ORDER BY priority DESC, id LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING id, queue, priority, body, deliveries > 1 AS redelivered`,
    [session.id, queues, limit],
  );
  return taken.sort((a, b) => b.priority - a.priority || Number(a.id) - Number(b.id));
}

/** Forgets messages that this session has under way. */
export async function ack(session: Session, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query('DELETE FROM messages WHERE id = ANY ($1) AND session_id = $2', [ids, session.id]);
}

/** Frees messages that this session has under way, and wakes who may take them. */
export async function putBack(session: Session, channel: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query(
    `WITH freed AS (UPDATE messages SET session_id = NULL WHERE id = ANY ($1) AND session_id = $2 RETURNING queue)
     SELECT pg_notify($3, queue) FROM (SELECT DISTINCT queue FROM freed) AS woken`,
    [ids, session.id, channel],
  );
}

/** Puts a message that this session has under way with the dead letters; what is no JSON as a JSON text. */
export async function bury(session: Session, channel: string, { body, id }: TakenMessage): Promise<void> {
  await session.query(
    `WITH gone AS (
       DELETE FROM messages WHERE id = $1 AND session_id = $2 RETURNING priority
     ), declared AS (
       INSERT INTO queues (name) VALUES ($3) ON CONFLICT DO NOTHING
     ), stored AS (
       INSERT INTO messages (queue, priority, body) SELECT $3, priority, $4 FROM gone
     )
     SELECT pg_notify($5, $3)`,
    [id, session.id, DEAD_LETTER_QUEUE, isJson(body) ? body : JSON.stringify(body), channel],
  );
}

/** All queues, or the one of this name. */
export function census(session: Session, name?: string): Promise<QueueInfo[]> {
  return session.query<QueueInfo>(
    `SELECT q.name, count(m.id) FILTER (WHERE m.session_id IS NULL)::int AS size, count(m.session_id)::int AS unacked,
       (SELECT coalesce(sum(count), 0)::int FROM consumers c WHERE c.queue = q.name) AS subscribers
     FROM queues q LEFT JOIN messages m ON m.queue = q.name
     WHERE $1::text IS NULL OR q.name = $1 GROUP BY q.name ORDER BY q.name COLLATE "C"`,
    [name],
  );
}

/** Deletes all messages of a queue, and the queue unless somebody consumes it. False when there is none. */
export async function remove(session: Session, name: string): Promise<boolean> {
  const found = await session.query(
    `WITH emptied AS (
       DELETE FROM messages WHERE queue = $1
     ), gone AS (
       DELETE FROM queues WHERE name = $1 AND NOT EXISTS (SELECT FROM consumers WHERE queue = $1)
     )
     SELECT FROM queues WHERE name = $1`,
    [name],
  );
  return found.length > 0;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
