/** Text to text, as in `env` and `inputs`. */
export type StringMap = Record<string, string>;

/** Credentials for pulling an image. */
export interface Registry {
  username?: string;
  password?: string;
}

/** Something a task sees at `target`. `type` names a mounter: `volume`, `bind`, `tmpfs`, or a registered one. */
export interface Mount {
  type?: string;
  source?: string;
  target?: string;
  opts?: StringMap;
}

export interface Limits {
  /** A rational number of CPUs as text: `.5`, `1`, `1/2`. */
  cpus?: string;
  /** Bytes with an optional unit, powers of 1024: `512m`, `1GB`. */
  memory?: string;
}

export interface RetryDocument {
  /** How many times a failed task is tried again, 1…10. */
  limit?: number;
  /** Wait before the first retry; absent = none. Go duration text, e.g. `5s`. */
  initialDelay?: string;
  /** Each wait is this many times the one before, 1…10. Default 2. */
  scalingFactor?: number;
}

/** How a side container shows that it is ready. */
export interface Probe {
  path?: string;
  port?: number;
  timeout?: string;
}

/** A task that runs before or after its main task, with the same mounts and networks. */
export interface AuxTask {
  name?: string;
  description?: string;
  cmd?: string[];
  entrypoint?: string[];
  run?: string;
  image?: string;
  registry?: Registry;
  env?: StringMap;
  files?: StringMap;
  timeout?: string;
}

/** A task that runs beside its main task for as long as that runs. */
export interface SidecarTask extends AuxTask {
  probe?: Probe;
}

export interface WebhookDocument {
  url?: string;
  headers?: StringMap;
  event?: string;
  if?: string;
}

export interface PermissionDocument {
  user?: string;
  role?: string;
}

export interface AutoDelete {
  /** How long after completion, a Go duration. */
  after?: string;
}

export interface DefaultsDocument {
  retry?: RetryDocument;
  limits?: Limits;
  timeout?: string;
  queue?: string;
  priority?: number;
}

export interface ParallelDocument {
  tasks?: TaskDocument[];
}

export interface EachDocument {
  var?: string;
  list?: string;
  task?: TaskDocument;
  concurrency?: number;
}

export interface SubJobDocument {
  name?: string;
  description?: string;
  tasks?: TaskDocument[];
  inputs?: StringMap;
  secrets?: StringMap;
  autoDelete?: AutoDelete;
  output?: string;
  detached?: boolean;
  webhooks?: WebhookDocument[];
}

/** One step of a job as its author wrote it. */
export interface TaskDocument extends AuxTask {
  workdir?: string;
  queue?: string;
  pre?: AuxTask[];
  post?: AuxTask[];
  sidecars?: SidecarTask[];
  mounts?: Mount[];
  networks?: string[];
  retry?: RetryDocument;
  limits?: Limits;
  gpus?: string;
  var?: string;
  if?: string;
  tags?: string[];
  priority?: number;
  parallel?: ParallelDocument;
  each?: EachDocument;
  subjob?: SubJobDocument;
}

/** A job as its author wrote it: the body of `POST /jobs`. */
export interface JobDocument {
  name?: string;
  description?: string;
  tags?: string[];
  tasks?: TaskDocument[];
  inputs?: StringMap;
  secrets?: StringMap;
  output?: string;
  defaults?: DefaultsDocument;
  webhooks?: WebhookDocument[];
  permissions?: PermissionDocument[];
  autoDelete?: AutoDelete;
  /** Answer only when the job has ended, or after this long. Never stored. */
  wait?: { timeout?: string };
}

/** The body of `POST /scheduled-jobs`. */
export interface ScheduledJobDocument extends Omit<JobDocument, 'wait'> {
  schedule?: { cron?: string };
}
