import { createHash } from 'node:crypto';
import type { Heartbeat, Job, LogShipment, Task } from '@tork/core';
import type { Changes, OutboxRow, TaskRef, Transaction } from '../datastore';
import type { JobRow } from './rows/job.rows';
import { LOCK_JOBS, jobOf } from './rows/job.rows';
import { insertLogParts } from './rows/log.rows';
import { UPSERT_NODES, heartbeatRows } from './rows/node.rows';
import { CLAIM_OUTBOX, DELETE_OUTBOX, outboxRowOf } from './rows/outbox.rows';
import { ACTIVE_TASKS, GET_TASKS, GET_TASK_REFS, NEXT_CREATED_TASKS, taskOf, taskRefOf } from './rows/task.rows';
import type { TaskRefRow } from './rows/task.rows';
import type { TaskEntity, OutboxEntity } from './entities';
import type { Session, Statement } from './sql/session';
import { writeChanges } from './sql/write';

const TRY_LOCK: Statement = { name: 'try_lock', text: 'SELECT pg_try_advisory_xact_lock($1::bigint) AS locked' };

/** The key of the advisory lock of that name: the first eight bytes of its SHA-256, as the original computes it. */
export const lockKey = (name: string): string =>
  createHash('sha256').update(name).digest().readBigInt64BE(0).toString();

type ClaimOptions = Parameters<Transaction['claimOutbox']>[0];

/** The statements of one transaction; begins and commits nothing itself. */
export class TypeormTransaction implements Transaction {
  constructor(private readonly session: Session) {}

  async lockJobs(ids: readonly string[]): Promise<Job[]> {
    if (ids.length === 0) return [];
    return (await this.session.query<JobRow>(LOCK_JOBS, [ids])).map(jobOf);
  }

  async tasks(ids: readonly string[]): Promise<Task[]> {
    if (ids.length === 0) return [];
    return (await this.session.query<TaskEntity>(GET_TASKS, [ids])).map(taskOf);
  }

  async taskRefs(ids: readonly string[]): Promise<TaskRef[]> {
    if (ids.length === 0) return [];
    return (await this.session.query<TaskRefRow>(GET_TASK_REFS, [ids])).map(taskRefOf);
  }

  async activeTasks(jobIds: readonly string[]): Promise<Task[]> {
    if (jobIds.length === 0) return [];
    return (await this.session.query<TaskEntity>(ACTIVE_TASKS, [jobIds])).map(taskOf);
  }

  async createdTasks(parentId: string, limit: number): Promise<Task[]> {
    return (await this.session.query<TaskEntity>(NEXT_CREATED_TASKS, [parentId, limit])).map(taskOf);
  }

  write(changes: Changes): Promise<OutboxRow[]> {
    return writeChanges(this.session, changes);
  }

  async claimOutbox({ after = '0', before, limit, now }: ClaimOptions): Promise<OutboxRow[]> {
    return (await this.session.query<OutboxEntity>(CLAIM_OUTBOX, [before, now, limit, after])).map(outboxRowOf);
  }

  async deleteOutbox(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.session.query(DELETE_OUTBOX, [ids]);
  }

  writeLogs(parts: readonly LogShipment[]): Promise<void> {
    return insertLogParts(this.session, parts);
  }

  async writeHeartbeats(nodes: readonly Heartbeat[]): Promise<void> {
    if (nodes.length > 0) await this.session.query(UPSERT_NODES, [JSON.stringify(heartbeatRows(nodes))]);
  }

  async tryLock(name: string): Promise<boolean> {
    const [row] = await this.session.query<{ locked: boolean }>(TRY_LOCK, [lockKey(name)]);
    return row?.locked === true;
  }
}
