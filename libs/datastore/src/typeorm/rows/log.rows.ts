import type { LogShipment, TaskLogPart } from '@tork/core';
import { TaskLogPartEntity } from '../entities';
import type { Session, Statement } from '../sql/session';
import { mayHoldUnstorable, storable } from '../sql/storable';
import { Table } from '../sql/table';

const parts = new Table(TaskLogPartEntity);

/** Columns of a {@link TaskLogPart}, for the alias `l`. */
export const PART_COLUMNS = parts.select('l', ['id', 'taskId', 'number', 'contents', 'createdAt']);

/**
 * Parts of one attempt number, of any tasks. Numbers go on after the highest of the attempts before; where parts of the
 * attempt are there already, they have settled at what theirs begins.
 */
const INSERT_PARTS: Statement = {
  name: 'insert_log_parts',
  text: `
    WITH shipped AS MATERIALIZED (
      SELECT i.* FROM json_to_recordset($1::json)
        AS i ("taskId" text, attempt int, sequence int, contents text, at timestamptz)
      WHERE EXISTS (SELECT FROM tasks t WHERE t.id = i."taskId")
    ), bases AS MATERIALIZED (
      SELECT b."taskId", b.attempt, coalesce(
        (SELECT l.number - l.sequence FROM tasks_log_parts l
          WHERE l.task_id = b."taskId" AND l.attempt = b.attempt LIMIT 1),
        CASE WHEN b.attempt > 1 THEN
          (SELECT max(l.number) FROM tasks_log_parts l WHERE l.task_id = b."taskId" AND l.attempt < b.attempt) END,
        0) AS base
      FROM (SELECT DISTINCT "taskId", attempt FROM shipped) b
    )
    INSERT INTO tasks_log_parts (id, task_id, attempt, sequence, number, contents, created_at)
    SELECT replace(gen_random_uuid()::text, '-', ''), s."taskId", s.attempt, s.sequence, b.base + s.sequence,
      s.contents, s.at
    FROM shipped s JOIN bases b ON b."taskId" = s."taskId" AND b.attempt = s.attempt
    ORDER BY s."taskId", s.sequence
    ON CONFLICT DO NOTHING`,
};

/** Stores parts, those of earlier attempts first: the numbers of later ones build on them. */
export async function insertLogParts(session: Session, shipments: readonly LogShipment[]): Promise<void> {
  const attempts = new Map<number, LogShipment[]>();
  for (const shipment of shipments) {
    const sameAttempt = attempts.get(shipment.attempt);
    if (sameAttempt) sameAttempt.push(shipment);
    else attempts.set(shipment.attempt, [shipment]);
  }
  for (const [, sameAttempt] of [...attempts].sort(([a], [b]) => a - b)) {
    const json = JSON.stringify(sameAttempt);
    await session.query(INSERT_PARTS, [mayHoldUnstorable(json) ? JSON.stringify(storable(sameAttempt)) : json]);
  }
}

export const logPartOf = (row: TaskLogPart): TaskLogPart => row;
