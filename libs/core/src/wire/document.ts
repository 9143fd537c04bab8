import type {
  AutoDelete,
  AuxTask,
  DefaultsDocument,
  EachDocument,
  Limits,
  Mount,
  ParallelDocument,
  Probe,
  Registry,
  RetryDocument,
  SidecarTask,
  SubJobDocument,
  TaskDocument,
  WebhookDocument,
} from '../document/types';
import { list, object, optional } from './shape';
import type { WireShape } from './shape';

/** How the parts of a document are shown when a job is read. What is shown can be submitted again. */

const REGISTRY: WireShape<Registry> = { username: optional, password: optional };
const MOUNT: WireShape<Mount> = { type: optional, source: optional, target: optional, opts: optional };
const LIMITS: WireShape<Limits> = { cpus: optional, memory: optional };
const PROBE: WireShape<Probe> = { path: optional, port: optional, timeout: optional };

export const RETRY: WireShape<RetryDocument & { attempts?: number }> = {
  limit: optional,
  initialDelay: optional,
  scalingFactor: optional,
  attempts: optional,
};

export const WEBHOOK: WireShape<WebhookDocument> = {
  url: optional,
  headers: optional,
  event: optional,
  if: optional,
};

export const AUTO_DELETE: WireShape<AutoDelete> = { after: optional };

export const DEFAULTS: WireShape<DefaultsDocument> = {
  retry: object(() => RETRY),
  limits: object(() => LIMITS),
  timeout: optional,
  queue: optional,
  priority: optional,
};

const BASIC = {
  name: optional,
  description: optional,
} satisfies Partial<WireShape<AuxTask>>;

const WHAT_RUNS = {
  cmd: optional,
  entrypoint: optional,
  run: optional,
  image: optional,
  registry: object(() => REGISTRY),
  env: optional,
  files: optional,
} satisfies Partial<WireShape<AuxTask>>;

const AUX_TASK: WireShape<AuxTask> = { ...BASIC, ...WHAT_RUNS, timeout: optional };
const SIDECAR: WireShape<SidecarTask> = { ...AUX_TASK, probe: object(() => PROBE) };

const AROUND = {
  pre: list(() => AUX_TASK),
  post: list(() => AUX_TASK),
  sidecars: list(() => SIDECAR),
  mounts: list(() => MOUNT),
  networks: optional,
} satisfies Partial<WireShape<TaskDocument>>;

/** The parts of a task in the order in which they are shown; an instance has fields of its own between them. */
export const TASK_PARTS = {
  basic: BASIC,
  whatRuns: WHAT_RUNS,
  queue: { queue: optional },
  around: AROUND,
  limits: { limits: object(() => LIMITS), timeout: optional },
  condition: { var: optional, if: optional },
  labels: { gpus: optional, tags: optional, workdir: optional, priority: optional },
} as const;

export const PARALLEL: WireShape<ParallelDocument & { completions?: number }> = {
  tasks: list(() => TASK_DOCUMENT),
  completions: optional,
};

export const EACH: WireShape<EachDocument & { size?: number; completions?: number; index?: number }> = {
  var: optional,
  list: optional,
  task: object(() => TASK_DOCUMENT),
  size: optional,
  completions: optional,
  concurrency: optional,
  index: optional,
};

export const SUBJOB: WireShape<SubJobDocument & { id?: string }> = {
  id: optional,
  name: optional,
  description: optional,
  tasks: list(() => TASK_DOCUMENT),
  inputs: optional,
  secrets: optional,
  autoDelete: object(() => AUTO_DELETE),
  output: optional,
  detached: optional,
  webhooks: list(() => WEBHOOK),
};

export const TASK_DOCUMENT: WireShape<TaskDocument> = {
  ...TASK_PARTS.basic,
  ...TASK_PARTS.whatRuns,
  ...TASK_PARTS.queue,
  ...TASK_PARTS.around,
  retry: object(() => RETRY),
  ...TASK_PARTS.limits,
  ...TASK_PARTS.condition,
  parallel: object(() => PARALLEL),
  each: object(() => EACH),
  subjob: object(() => SUBJOB),
  ...TASK_PARTS.labels,
};
