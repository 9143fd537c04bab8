import { LISTED_FOR_MS, secretsOf } from '@tork/core';
import type { HiddenTexts, Job, JobState, JobSummary, Metrics, Node, Page, Task, TaskLogPart } from '@tork/core';
import { MoreThanOrEqual } from 'typeorm';
import type { ClaimOptions, ClaimedDelivery } from '../deliveries';
import type { Datastore, PageRequest, TaskRef, Transaction } from '../datastore';
import type { Backend } from './backend';
import { Connections } from './connections';
import { NodeEntity } from './entities';
import type { TaskEntity } from './entities';
import { migrate } from './migrate';
import type { JobRow } from './rows/job.rows';
import { GET_JOB, GET_JOB_STATE, GET_SECRETS, jobOf } from './rows/job.rows';
import type { MetricsRow } from './rows/metrics.rows';
import { METRICS } from './rows/metrics.rows';
import { nodeOf } from './rows/node.rows';
import { DELETE_CONFIRMED } from './rows/outbox.rows';
import type { PurgeOptions, Purged } from './rows/purge.rows';
import { purge } from './rows/purge.rows';
import {
  ABANDONED_TASKS,
  DROPPED_TASKS,
  FORGOTTEN_JOBS,
  FORGOTTEN_TASKS,
  OVERTAKEN_TASKS,
  WAITING_QUEUES,
  WAITING_TASKS,
} from './rows/reconcile.rows';
import type { TaskRefRow } from './rows/task.rows';
import { GET_TASKS, TASKS_OF_JOB, taskOf, taskRefOf } from './rows/task.rows';
import { isVisible, listJobs } from './search/list-jobs';
import { Cipher } from '../secrets/cipher';
import { JsonCodec } from './secrets/json-codec';
import { reencrypt } from './secrets/reencrypt';
import { listJobLog, listTaskLog } from './search/list-logs';
import type { Statement } from './sql/session';
import { isStorable } from './sql/storable';
import { TypeormDeliveries } from './typeorm.deliveries';
import { TypeormDirectory } from './typeorm.directory';
import { TypeormTransaction } from './typeorm.transaction';

export interface TypeormDatastoreOptions {
  /** Passphrase for secrets at rest. Without it they are stored as they are. */
  encryptionKey?: string;
  /** Passphrases that secrets may still be encrypted with. */
  formerKeys?: readonly string[];
}

/** The datastore port over Postgres, be it a server or embedded: see {@link Backend}. */
export class TypeormDatastore extends TypeormDirectory implements Datastore {
  private readonly deliveries: TypeormDeliveries;

  constructor(
    private readonly backend: Backend,
    { encryptionKey, formerKeys }: TypeormDatastoreOptions = {},
  ) {
    super(new Connections(backend, new JsonCodec(new Cipher(encryptionKey, formerKeys))));
    this.deliveries = new TypeormDeliveries(this.connections);
  }

  async start(): Promise<void> {
    await this.connections.open();
    if (this.backend.isEmbedded) await this.migrate();
  }

  async migrate(): Promise<string[]> {
    await this.connections.open();
    return this.connections.withDataSource(migrate);
  }

  async reencrypt(): Promise<number> {
    await this.connections.open();
    return reencrypt(this.connections);
  }

  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.connections.transaction((session) => run(new TypeormTransaction(session)));
  }

  async deleteOutbox(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.rows(DELETE_CONFIRMED, [ids]);
  }

  async job(id: string): Promise<Job | undefined> {
    if (!isStorable(id)) return undefined;
    return this.connections.use(async (session) => {
      const [jobs, tasks] = await Promise.all([
        session.query<JobRow>(GET_JOB, [id]),
        session.query<TaskEntity>(TASKS_OF_JOB, [id]),
      ]);
      return jobs[0] && { ...jobOf(jobs[0]), execution: tasks.map(taskOf) };
    });
  }

  async jobState(id: string): Promise<JobState | undefined> {
    if (!isStorable(id)) return undefined;
    const [row] = await this.rows<{ state: JobState }>(GET_JOB_STATE, [id]);
    return row?.state;
  }

  async jobSecrets(ids: readonly string[]): Promise<ReadonlyMap<string, HiddenTexts>> {
    const rows = await this.rows<{ id: string; secrets: object | null }>(GET_SECRETS, [ids]);
    return new Map(rows.map(({ id, secrets }) => [id, secretsOf(secrets)]));
  }

  jobs(request: PageRequest, user?: string): Promise<Page<JobSummary>> {
    return this.connections.use((session) => listJobs(session, request, user));
  }

  async isVisible(jobId: string, user: string): Promise<boolean> {
    if (!isStorable(jobId) || !isStorable(user)) return false;
    return this.connections.use((session) => isVisible(session, jobId, user));
  }

  async task(id: string): Promise<Task | undefined> {
    if (!isStorable(id)) return undefined;
    const [row] = await this.rows<TaskEntity>(GET_TASKS, [[id]]);
    return row && taskOf(row);
  }

  jobLog(jobId: string, request: PageRequest): Promise<Page<TaskLogPart>> {
    return this.connections.use((session) => listJobLog(session, jobId, request));
  }

  taskLog(taskId: string, request: PageRequest): Promise<Page<TaskLogPart>> {
    return this.connections.use((session) => listTaskLog(session, taskId, request));
  }

  async nodes(since: Date): Promise<Node[]> {
    const rows = await this.connections.withDataSource((source) =>
      source.getRepository(NodeEntity).find({
        where: { lastHeartbeatAt: MoreThanOrEqual(since) },
        order: { name: 'ASC', id: 'ASC' },
      }),
    );
    return rows.map(nodeOf);
  }

  async metrics(now: Date): Promise<Metrics> {
    const [row] = await this.rows<MetricsRow>(METRICS, [new Date(now.getTime() - LISTED_FOR_MS)]);
    return {
      jobs: { running: Number(row?.jobs ?? 0) },
      tasks: { running: Number(row?.tasks ?? 0) },
      nodes: { online: Number(row?.nodes ?? 0), cpuPercent: row?.cpu ?? 0 },
    };
  }

  async forgottenJobs(before: Date, limit: number): Promise<string[]> {
    return (await this.rows<{ id: string }>(FORGOTTEN_JOBS, [before, limit])).map(({ id }) => id);
  }

  forgottenTasks(before: Date, limit: number): Promise<TaskRef[]> {
    return this.refs(FORGOTTEN_TASKS, [before, limit]);
  }

  async waitingQueues(before: Date): Promise<string[]> {
    return (await this.rows<{ queue: string }>(WAITING_QUEUES, [before])).map(({ queue }) => queue);
  }

  waitingTasks(queues: readonly string[], before: Date, limit: number): Promise<TaskRef[]> {
    return this.refs(WAITING_TASKS, [queues, before, limit]);
  }

  overtakenTasks(queues: readonly string[], before: Date, byMs: number, limit: number): Promise<TaskRef[]> {
    return this.refs(OVERTAKEN_TASKS, [queues, before, limit, byMs]);
  }

  abandonedTasks(heartbeatBefore: Date, limit: number): Promise<TaskRef[]> {
    return this.refs(ABANDONED_TASKS, [heartbeatBefore, limit]);
  }

  droppedTasks(startedBefore: Date, afterMs: number, limit: number): Promise<TaskRef[]> {
    return this.refs(DROPPED_TASKS, [startedBefore, afterMs, limit]);
  }

  claimDeliveries(options: ClaimOptions): Promise<ClaimedDelivery[]> {
    return this.deliveries.claim(options);
  }

  finishDelivery(delivery: ClaimedDelivery, leaseMs: number): Promise<ClaimedDelivery | undefined> {
    return this.deliveries.finish(delivery, leaseMs);
  }

  postponeDelivery(delivery: ClaimedDelivery, afterMs: number): Promise<void> {
    return this.deliveries.postpone(delivery, afterMs);
  }

  releaseDelivery(delivery: ClaimedDelivery): Promise<void> {
    return this.deliveries.release(delivery);
  }

  releaseDeliveries(): Promise<void> {
    return this.deliveries.releaseAll();
  }

  purge(options: PurgeOptions): Promise<Purged> {
    return this.connections.transaction((session) => purge(session, options));
  }

  async health(): Promise<void> {
    await this.rows({ name: 'health', text: 'SELECT 1' }, []);
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private async refs(statement: Statement, values: unknown[]): Promise<TaskRef[]> {
    return (await this.rows<TaskRefRow>(statement, values)).map(taskRefOf);
  }
}
