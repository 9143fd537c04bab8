import { z } from 'zod';

/** What the API answers with, as schemas. They describe and do not validate: answers are built by their types. */

const time = z.iso.datetime().meta({ description: 'UTC, with at most six digits of a second.' });
const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string());
const count = z.int().min(0);
const percent = z.number().min(0).max(100);

/** A part of the job document, described there under this name. */
const asSubmitted = (document: string) => z.looseObject({}).meta({ document });
/** The same, with fields of its own. */
const more = (description: string) => z.looseObject({}).meta({ description });

const user = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  username: z.string().optional(),
  createdAt: time.optional(),
  disabled: z.boolean().optional(),
});

const role = z.strictObject({
  id: z.string().optional(),
  slug: z.string().optional(),
  name: z.string().optional(),
  createdAt: time.optional(),
});

const jobState = z.enum(['PENDING', 'SCHEDULED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']);

const jobSummary = z.strictObject({
  id: z.string(),
  createdBy: user.optional(),
  parentId: z.string().optional().meta({ description: 'The task of another job that waits for this one.' }),
  inputs: textMap.optional(),
  name: z.string(),
  description: z.string().optional(),
  tags: texts.optional(),
  state: jobState,
  createdAt: time,
  startedAt: time.optional(),
  completedAt: time.optional(),
  failedAt: time.optional(),
  position: count.meta({ description: 'The current task, from 1; 0 before the first, taskCount + 1 after the last.' }),
  taskCount: count.optional(),
  result: z.string().optional(),
  error: z.string().optional(),
  progress: percent.optional(),
  schedule: z.strictObject({ id: z.string() }).optional().meta({ description: 'The schedule that submitted the job.' }),
});

const task = z.strictObject({
  id: z.string(),
  jobId: z.string(),
  parentId: z.string().optional().meta({ description: 'The composite task that this one is a child of.' }),
  position: count.optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  state: z.enum(['CREATED', 'PENDING', 'SCHEDULED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED']),
  createdAt: time.optional(),
  scheduledAt: time.optional(),
  startedAt: time.optional(),
  completedAt: time.optional(),
  failedAt: time.optional(),
  cmd: texts.optional(),
  entrypoint: texts.optional(),
  run: z.string().optional(),
  image: z.string().optional(),
  registry: asSubmitted('Registry').optional(),
  env: textMap.optional(),
  files: textMap.optional(),
  queue: z.string().optional(),
  redelivered: count
    .optional()
    .meta({ description: 'How often the task was handed out again after its worker vanished.' }),
  error: z.string().optional(),
  pre: z.array(asSubmitted('AuxTask')).optional(),
  post: z.array(asSubmitted('AuxTask')).optional(),
  sidecars: z.array(asSubmitted('SidecarTask')).optional(),
  mounts: z.array(asSubmitted('Mount')).optional(),
  networks: texts.optional(),
  nodeId: z.string().optional(),
  retry: z
    .strictObject({ limit: count, attempts: count, initialDelay: z.string(), scalingFactor: count })
    .partial()
    .optional(),
  limits: asSubmitted('Limits').optional(),
  timeout: z.string().optional(),
  result: z.string().optional(),
  var: z.string().optional(),
  if: z.string().optional(),
  parallel: more('As in the job document, with the number of `completions`.').optional(),
  each: more('As in the job document, with `size`, `completions` and `index`.').optional(),
  subjob: more('As in the job document, with the `id` of the job that was started.').optional(),
  gpus: z.string().optional(),
  tags: texts.optional(),
  workdir: z.string().optional(),
  priority: count.optional(),
  progress: percent.optional(),
});

const job = jobSummary.extend({
  tasks: z.array(asSubmitted('Task')),
  execution: z.array(task).meta({ description: 'Instances of the tasks, in the order of their start.' }),
  secrets: textMap.optional(),
  context: z.strictObject({
    job: z.strictObject({ id: z.string(), name: z.string().optional() }).optional(),
    inputs: textMap.optional(),
    secrets: textMap.optional(),
    tasks: textMap.optional().meta({ description: 'Results by the `var` of their task.' }),
  }),
  output: z.string().optional(),
  deleteAt: time.optional(),
  defaults: asSubmitted('Defaults').optional(),
  webhooks: z.array(asSubmitted('Webhook')).optional(),
  permissions: z.array(z.strictObject({ user: user.optional(), role: role.optional() })).optional(),
  autoDelete: asSubmitted('AutoDelete').optional(),
});

const taskLogPart = z.strictObject({
  id: z.string(),
  number: count.meta({ description: 'From 1, in the order of the output.' }),
  taskId: z.string(),
  contents: z.string(),
  createdAt: time,
});

const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    number: count.meta({ description: 'The page asked for.' }),
    size: count.meta({ description: 'Number of items on it.' }),
    totalPages: count,
    totalItems: count,
  });

const queue = z.strictObject({
  name: z.string(),
  size: count.meta({ description: 'Messages that wait.' }),
  subscribers: count,
  unacked: count.meta({ description: 'Messages that are being handled.' }),
});

const node = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  startedAt: time,
  lastHeartbeatAt: time,
  cpuPercent: percent.optional(),
  queue: z.string().optional().meta({ description: 'The private queue of a worker.' }),
  status: z.enum(['UP', 'DOWN', 'OFFLINE']),
  hostname: z.string().optional(),
  port: count.optional(),
  taskCount: count.optional(),
  version: z.string(),
});

/** The answers by the names that they have in the API document. */
export const ANSWERS = {
  Error: z.strictObject({ message: z.string() }),
  Health: z.strictObject({ status: z.enum(['UP', 'DOWN']), version: z.string() }),
  Job: job,
  JobPage: pageOf(jobSummary),
  JobSummary: jobSummary,
  LogPage: pageOf(taskLogPart),
  Metrics: z.strictObject({
    jobs: z.strictObject({ running: count }),
    tasks: z.strictObject({ running: count }),
    nodes: z.strictObject({ online: count, cpuPercent: z.number() }),
  }),
  Nodes: z.array(node),
  Ok: z.strictObject({ status: z.literal('OK') }),
  Queue: queue,
  Queues: z.array(queue),
  Task: task,
  User: user,
} satisfies Record<string, z.ZodType>;

export type AnswerName = keyof typeof ANSWERS;
