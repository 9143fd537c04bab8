export { TorkError } from './errors/tork-error';
export { JobNotFoundError, QueueNotFoundError, TaskNotFoundError } from './errors/not-found';
export { shortIdOf } from './ids/short-id';
export { DurationError, formatDuration, isDuration, parseDuration } from './duration/duration';
export { quote, shorten } from './text/quote';
export { wildcard } from './text/wildcard';
export { HiddenTexts } from './secrets/hidden-texts';
export { REDACTED } from './secrets/hiding-stream';
export type { HidingStream } from './secrets/hiding-stream';
export { secretsOf } from './secrets/secrets-of';
export { GUEST_USERNAME } from './user/user';
export type { Role, User } from './user/user';
export { TOKEN_SCOPES } from './user/api-token';
export type { ApiToken, TokenScope } from './user/api-token';
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
export { DocumentError, MAX_PROBLEMS } from './document/errors';
export type { DocumentProblem } from './document/errors';
export { parseJobDocument, parseScheduledJobDocument } from './document/parse';
export type { DocumentFormat, ParseOptions } from './document/parse';
export type { ValidateExpression } from './document/schema/schema';
export type { Rule } from './document/schema/rules';
export { ruleError } from './document/validate/validate';
export { parseUserDocument } from './document/user';
export type { UserDocument } from './document/user';
export { CronError, isCron, parseCron } from './document/cron';
export type { CronSchedule } from './document/cron';
export { findUnsupported } from './document/unsupported';
export { documentJsonSchema } from './document/json-schema';
export type { JsonSchema } from './document/json-schema';
export { newJob, newScheduledInstance, newScheduledJob } from './job/new-job';
export type { Submission } from './job/new-job';
export { jobSummary, scheduledJobSummary } from './job/summary';
export { taskSummary } from './task/summary';
export { toWireJob, toWireJobSummary, toWirePage, toWireScheduledJob, toWireScheduledJobSummary } from './wire/job';
export { toWireNode } from './wire/node';
export type { WireObject } from './wire/shape';
export { toWireLogPart, toWireTask, toWireTaskSummary } from './wire/task';
export { toWireUser } from './wire/user';
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
export { isCallableUrl } from './document/schema/rules';
export { awaitsWebhook, webhookDeliveries } from './webhook/deliveries';
export type { WebhookContext, WebhookDecision } from './webhook/deliveries';
export type { WebhookDelivery, WebhookEvent, WebhookJob, WebhookOccasion } from './webhook/webhook';
export { applied, isJobStep, nothing } from './machine/view';
export type {
  ConditionSubjects,
  Expressions,
  JobPatch,
  JobStep,
  JobView,
  MachineContext,
  MeteredExpressions,
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
