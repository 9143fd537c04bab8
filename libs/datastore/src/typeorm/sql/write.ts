import type { Job } from '@tork/core';
import { InvalidValueError } from '../../errors';
import type { Changes, OutboxRow } from '../../datastore';
import {
  documentRow,
  insertJobs,
  insertPermissions,
  newJobRow,
  permissionRows,
  progressRow,
  updateDocuments,
  updateJobs,
} from '../rows/job.rows';
import { insertOutbox, outboxRow } from '../rows/outbox.rows';
import { insertTasks, newTaskRow, taskProgressRow, updateTasks } from '../rows/task.rows';
import { insertWebhookDeliveries, insertWebhookLanes, webhookDeliveryRow, webhookLaneRows } from '../rows/webhook.rows';
import type { Session, Statement } from './session';
import { findNul, mayHoldUnstorable, storable } from './storable';

/** The kinds of rows that one statement writes together. */
const KINDS = {
  newJobs: insertJobs,
  permissions: insertPermissions,
  jobs: updateJobs,
  newTasks: insertTasks,
  tasks: updateTasks,
  lanes: insertWebhookLanes,
  deliveries: insertWebhookDeliveries,
  outbox: insertOutbox,
  documents: updateDocuments,
} as const satisfies Record<string, (parameter: string) => string[]>;
type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as Kind[];

const statements = new Map<string, Statement>();

/**
 * Writes all changes in one statement, so that a batch costs one round trip whatever is in it. Which kinds of rows it
 * holds differs from batch to batch; each combination is a statement of its own, prepared when it first occurs.
 */
export async function writeChanges(session: Session, changes: Changes): Promise<OutboxRow[]> {
  const { newJobs = [], jobs = [], newTasks = [], tasks = [], outbox = [], deliveries = [], documents = [] } = changes;
  const rows: Record<Kind, object[]> = {
    newJobs: newJobs.map(newJobRow),
    permissions: newJobs.flatMap(permissionRows),
    jobs: jobs.map(progressRow),
    newTasks: newTasks.map(newTaskRow),
    tasks: tasks.map(taskProgressRow),
    lanes: webhookLaneRows(deliveries),
    deliveries: deliveries.map(webhookDeliveryRow),
    outbox: outbox.map(outboxRow),
    documents: documents.map(documentRow),
  };
  const kinds = KIND_NAMES.filter((kind) => rows[kind].length > 0);
  if (kinds.length === 0) return [];
  const values = kinds.map((kind) => encode(session, rows[kind], kind === 'newJobs' ? newJobs : undefined));
  const ids = await session.query<{ id: string }>(statementFor(kinds), values);
  return outbox.map((message, index) => ({ ...message, id: ids[index]?.id ?? '' }));
}

function statementFor(kinds: readonly Kind[]): Statement {
  // Postgres knows statements by the first 63 characters of their names.
  const name = `write_${kinds.map((kind) => KIND_NAMES.indexOf(kind)).join('_')}`;
  const known = statements.get(name);
  if (known) return known;
  const parts = kinds.flatMap((kind, index) => KINDS[kind](`$${index + 1}`));
  const result = kinds.includes('outbox') ? 'SELECT id FROM inserted_outbox' : 'SELECT WHERE false';
  const statement = { name, text: `WITH ${parts.join(',\n')}\n${result}` };
  statements.set(name, statement);
  return statement;
}

/**
 * Rows as a JSON array. New jobs are what a user sent: one that cannot be kept is refused. All else speaks of jobs that
 * were accepted and must go on: what cannot be kept of it is taken out.
 */
function encode(session: Session, rows: readonly object[], submitted: readonly Job[] = []): string {
  const json = JSON.stringify(rows);
  if (!mayHoldUnstorable(json)) return session.encode(rows, json);
  for (const job of submitted) {
    const field = findNul({ ...job, createdBy: undefined, context: undefined });
    if (field) throw new InvalidValueError(`${field} holds a NUL character, which cannot be stored`);
  }
  return session.encode(storable(rows));
}
