import type { JobContext, LogContext, NodeContext, TaskContext } from './contexts';
import type { Middleware } from './compose';

/** A link of the job chain as an injectable class. */
export interface JobMiddleware {
  handle: Middleware<JobContext>;
}

/** A link of the task chain as an injectable class. */
export interface TaskMiddleware {
  handle: Middleware<TaskContext>;
}

/** A link of the node chain as an injectable class. */
export interface NodeMiddleware {
  handle: Middleware<NodeContext>;
}

/** A link of the log chain as an injectable class. */
export interface LogMiddleware {
  handle: Middleware<LogContext>;
}

/** The registered job links, `readonly Middleware<JobContext>[]`, outermost first. */
export const JOB_MIDDLEWARE = Symbol('JOB_MIDDLEWARE');
/** The registered task links, `readonly Middleware<TaskContext>[]`; a role puts its built-in links behind them. */
export const TASK_MIDDLEWARE = Symbol('TASK_MIDDLEWARE');
/** The registered node links, `readonly Middleware<NodeContext>[]`. */
export const NODE_MIDDLEWARE = Symbol('NODE_MIDDLEWARE');
/** The registered log links, `readonly Middleware<LogContext>[]`. */
export const LOG_MIDDLEWARE = Symbol('LOG_MIDDLEWARE');
