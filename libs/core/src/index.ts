export { TorkError } from './errors/tork-error';
export { JobNotFoundError, QueueNotFoundError, TaskNotFoundError } from './errors/not-found';
export { shortIdOf } from './ids/short-id';
export { DurationError, formatDuration, isDuration, parseDuration } from './duration/duration';
export { quote, shorten } from './text/quote';
export { GUEST_USERNAME } from './user/user';
export type { Role, User } from './user/user';
export { LISTED_FOR_MS, OFFLINE_AFTER_MS, nodeStatusAt } from './node/node';
export type { Heartbeat, HeldTask, Node, NodeStatus } from './node/node';
export {
  COORDINATOR_QUEUES,
  DEAD_LETTER_QUEUE,
  DEFAULT_QUEUE,
  MAX_PRIORITY,
  PRIVATE_QUEUE_PREFIX,
  isCoordinatorQueue,
  isTaskQueue,
  privateQueueOf,
} from './queue/queue';
export type { CoordinatorQueue, QueueInfo } from './queue/queue';
export type {
  CoordinatorMessages,
  JobCommand,
  JobEvent,
  LogShipment,
  NodeCommand,
  OutgoingMessage,
  RunnableTask,
  TaskCompleted,
  TaskEvent,
  TaskFailed,
  TaskPending,
  TaskProgressed,
  TaskRedelivered,
  TaskStarted,
} from './queue/messages';
export type {
  AutoDelete,
  AuxTask,
  DefaultsDocument,
  EachDocument,
  JobDocument,
  Limits,
  Mount,
  ParallelDocument,
  PermissionDocument,
  Probe,
  Registry,
  RetryDocument,
  ScheduledJobDocument,
  SidecarTask,
  StringMap,
  SubJobDocument,
  TaskDocument,
  WebhookDocument,
} from './document/types';
export { ACTIVE_TASK_STATES, isActiveTask } from './task/task';
export type { Task, TaskLogPart, TaskState, TaskSummary } from './task/task';
export { ACTIVE_JOB_STATES, isActiveJob } from './job/job';
export type {
  Job,
  JobContext,
  JobState,
  JobSummary,
  Metrics,
  Page,
  Permission,
  ScheduledJob,
  ScheduledJobState,
  ScheduledJobSummary,
} from './job/job';
export { applied, isJobStep, nothing } from './machine/view';
export type {
  Expressions,
  JobPatch,
  JobStep,
  JobView,
  MachineContext,
  Scope,
  Step,
  TaskPatch,
  TaskStep,
  Transition,
} from './machine/view';
export { NEXT_JOB, onJobCommand, onJobStep } from './job/transition';
export type { JobCause } from './job/transition';
export { NEXT_TASK, REDELIVERED_TOO_OFTEN, failTask, onTaskEvent, onTaskStep } from './task/transition';
export type { TaskCause } from './task/transition';
export { MAX_RETRY_DELAY_MS, mayRetry, retryDelayMs } from './task/retry';
