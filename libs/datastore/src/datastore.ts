import type {
  ApiToken,
  Heartbeat,
  HeldTask,
  HiddenTexts,
  Job,
  JobState,
  JobSummary,
  LogShipment,
  Metrics,
  Node,
  OutgoingMessage,
  Page,
  Role,
  Task,
  TaskLogPart,
  TaskState,
  User,
  WebhookDelivery,
} from '@tork/core';
import type { Deliveries } from './deliveries';

/** Which page of a list; both from 1. */
export interface PageRequest {
  page: number;
  size: number;
  /** Search text as typed; its syntax is section 6.2 of the contract. */
  q?: string;
}

/** The part of a job that changes during its life; `write` stores all of it. */
export type JobProgress = Pick<
  Job,
  | 'id'
  | 'state'
  | 'position'
  | 'progress'
  | 'context'
  | 'startedAt'
  | 'completedAt'
  | 'failedAt'
  | 'deleteAt'
  | 'result'
  | 'error'
>;

/**
 * The part of a task that changes during its life; `write` stores all of it. Of `parallel`, `each` and `subjob` that is
 * what has become of them (completions, size, index, id): their definitions are stored with the new task alone.
 */
export type TaskProgress = Pick<
  Task,
  | 'id'
  | 'state'
  | 'attempt'
  | 'nodeId'
  | 'queue'
  | 'priority'
  | 'limits'
  | 'timeout'
  | 'retry'
  | 'dueAt'
  | 'scheduledAt'
  | 'startedAt'
  | 'completedAt'
  | 'failedAt'
  | 'error'
  | 'result'
  | 'progress'
  | 'redelivered'
  | 'parallel'
  | 'each'
  | 'subjob'
>;

/**
 * All that one transaction writes: rows and the messages that go with them, or neither. A text with a NUL character is
 * refused in new jobs, with {@link InvalidValueError}; from all else, which belongs to jobs that were accepted, it goes.
 */
export interface Changes {
  newJobs?: readonly Job[];
  jobs?: readonly JobProgress[];
  /**
   * Jobs whose document was changed after all: name, description, tags, inputs, tasks, secrets, output, defaults,
   * webhooks and `autoDelete` are stored anew.
   */
  documents?: readonly Job[];
  newTasks?: readonly Task[];
  tasks?: readonly TaskProgress[];
  outbox?: readonly OutgoingMessage[];
  /** Webhook calls that the changes give rise to, in the order in which they are to be made. */
  deliveries?: readonly WebhookDelivery[];
}

/** A message that is committed but not known to be published. */
export interface OutboxRow extends OutgoingMessage {
  /** Decimal text, ascending in insertion order. */
  id: string;
}

/**
 * A transaction. Every method runs inside it, in the order of the calls; calls that do not depend on each other's answers
 * may be made together and cost one round trip. Nothing else may be called while it is open that waits for the same rows:
 * an embedded store has one connection, and whatever is asked outside waits for the transaction to end.
 */
export interface Transaction {
  /** Locks jobs for change, in ascending id order so that two batches never wait for each other in a circle. */
  lockJobs(ids: readonly string[]): Promise<Job[]>;
  /** Tasks by id; unknown ids are left out. Only rows of locked jobs may be changed. */
  tasks(ids: readonly string[]): Promise<Task[]>;
  /** What a task is up to, without its document, which may be large or hold secrets; unknown ids are left out. */
  taskRefs(ids: readonly string[]): Promise<TaskRef[]>;
  /** Tasks of these jobs in CREATED, PENDING, SCHEDULED or RUNNING. */
  activeTasks(jobIds: readonly string[]): Promise<Task[]>;
  /** The first CREATED children of a composite task, in the order in which they were written. */
  createdTasks(parentId: string, limit: number): Promise<Task[]>;
  /** Writes in bulk. Returns the outbox rows written, in order, to be published after the commit. */
  write(changes: Changes): Promise<OutboxRow[]>;
  /**
   * Outbox rows older than `before` whose `notBefore` has passed, by id, locked; rows that others hold are skipped, and
   * so are those up to the id `after`. The caller publishes them and deletes them with {@link deleteOutbox} in the same
   * transaction.
   */
  claimOutbox(options: { before: Date; now: Date; limit: number; after?: string }): Promise<OutboxRow[]>;
  deleteOutbox(ids: readonly string[]): Promise<void>;
  /** Stores shipped output; a repeat of (task, attempt, sequence) and parts of unknown tasks are dropped. */
  writeLogs(parts: readonly LogShipment[]): Promise<void>;
  /** Inserts or renews nodes; an older heartbeat than the stored one changes nothing. */
  writeHeartbeats(nodes: readonly Heartbeat[]): Promise<void>;
  /** False when another transaction holds this lock; released at the end of the transaction. */
  tryLock(name: string): Promise<boolean>;
}

/** What a task is up to, without its document. */
export interface TaskRef extends HeldTask {
  state: TaskState;
  nodeId?: string;
  queue?: string;
  priority?: number;
  scheduledAt?: Date;
  startedAt?: Date;
}

/** Users, roles and API tokens. Unknown names and ids find nothing; a name or slug in use rejects with {@link DuplicateError}. */
export interface Directory {
  /** By name or id. */
  user(nameOrId: string): Promise<User | undefined>;
  /** By name, with the hash that the password is to be compared with. For the login alone. */
  credentials(username: string): Promise<{ user: User; passwordHash: string } | undefined>;
  createUser(user: User & { passwordHash?: string }): Promise<void>;
  /** By slug or id. */
  role(slugOrId: string): Promise<Role | undefined>;
  createRole(role: Role): Promise<void>;
  /** The roles of a user, by slug. */
  rolesOf(userId: string): Promise<Role[]>;
  /** Does nothing if the user has the role already. */
  assignRole(userId: string, roleId: string): Promise<void>;
  unassignRole(userId: string, roleId: string): Promise<void>;
  /** Stores a token with the hash that its text is found by. Its user, if it has one, is stored already. */
  createToken(token: ApiToken & { hash: string }): Promise<void>;
  /** With its user as he is now; expired ones, too. For the login alone. */
  tokenByHash(hash: string): Promise<ApiToken | undefined>;
  /** All of them, by name. */
  tokens(): Promise<ApiToken[]>;
  /** False if there is no such token. */
  deleteToken(id: string): Promise<boolean>;
  /** Notes a use, unless a later one is known. */
  touchToken(id: string, usedAt: Date): Promise<void>;
}

/**
 * Keeps the truth. Errors that are not the caller's (connection lost, disk full) reject with
 * {@link DatastoreUnavailableError} and are worth a retry; unstorable values with {@link InvalidValueError}.
 */
export interface Datastore extends Directory, Deliveries {
  /** Connects; an embedded store also migrates. */
  start(): Promise<void>;
  /** Brings the schema up to date. Idempotent; returns the names of the migrations that ran. */
  migrate(): Promise<string[]>;
  /**
   * Writes anew with the present key whatever may hold secrets, after a change of keys, while all else goes on. Resolves
   * with the number of rows. May be repeated. Absent in a store that encrypts nothing.
   */
  reencrypt?(): Promise<number>;
  /** Commits when `run` resolves, rolls back when it rejects. Never retries by itself. */
  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Deletes confirmed messages; ids that are gone are ignored. */
  deleteOutbox(ids: readonly string[]): Promise<void>;

  /** A job with `execution` (in its order) and `permissions`. */
  job(id: string): Promise<Job | undefined>;
  jobState(id: string): Promise<JobState | undefined>;
  /** The secrets of jobs, by id: what must be hidden wherever one is shown. Empty for a job without; none if it is gone. */
  jobSecrets(ids: readonly string[]): Promise<ReadonlyMap<string, HiddenTexts>>;
  /** Newest first. With `user`, a name or id, only what that user may see. */
  jobs(request: PageRequest, user?: string): Promise<Page<JobSummary>>;
  /** Whether `jobs` would show that job to that user; false if there is no such job. */
  isVisible(jobId: string, user: string): Promise<boolean>;
  task(id: string): Promise<Task | undefined>;
  jobLog(jobId: string, request: PageRequest): Promise<Page<TaskLogPart>>;
  taskLog(taskId: string, request: PageRequest): Promise<Page<TaskLogPart>>;
  /** Nodes heard of since `since`, by name. */
  nodes(since: Date): Promise<Node[]>;
  metrics(now: Date): Promise<Metrics>;

  /** PENDING jobs created before, and messages for them not in the outbox: their start was lost. */
  forgottenJobs(before: Date, limit: number): Promise<string[]>;
  /** PENDING tasks that are due, created before: their hand-out was lost. */
  forgottenTasks(before: Date, limit: number): Promise<TaskRef[]>;
  /** The queues of SCHEDULED tasks handed out before. */
  waitingQueues(before: Date): Promise<string[]>;
  /** SCHEDULED tasks of these queues handed out before, oldest first, whose messages are not in the outbox. */
  waitingTasks(queues: readonly string[], before: Date, limit: number): Promise<TaskRef[]>;
  /**
   * Those of them that a RUNNING task has overtaken: one of the same queue, of no higher priority, that was handed out
   * at least `byMs` later. Queues keep their order, so their messages are in the queue no more.
   */
  overtakenTasks(queues: readonly string[], before: Date, byMs: number, limit: number): Promise<TaskRef[]>;
  /** RUNNING tasks of nodes whose last heartbeat is older, or that are unknown. */
  abandonedTasks(heartbeatBefore: Date, limit: number): Promise<TaskRef[]>;
  /**
   * RUNNING tasks started before, whose node is alive but did not list them in its last heartbeat, which came at least
   * `afterMs` after the start: their answer was lost.
   */
  droppedTasks(startedBefore: Date, afterMs: number, limit: number): Promise<TaskRef[]>;
  /** Deletes expired log parts, jobs past `deleteAt` or their retention (with tasks, logs, permissions, deliveries), silent nodes. Bounded per call. */
  purge(options: {
    now: Date;
    logsBefore: Date;
    jobsBefore: Date;
    nodesBefore: Date;
    limit: number;
  }): Promise<{ logs: number; jobs: number; nodes: number }>;

  health(): Promise<void>;
  /** Lets transactions finish, then disconnects. Safe to call twice, and after a failed `start`. */
  close(): Promise<void>;
}
