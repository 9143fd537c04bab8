import { chainDecorator } from './chain';
import type { ChainKind } from './chain';
import type { Middleware } from './compose';
import type { JobContext, LogContext, NodeContext, TaskContext } from './contexts';

/** The job links, `readonly Middleware<JobContext>[]`, outermost first. */
export const JOB_MIDDLEWARE = Symbol('JOB_MIDDLEWARE');
/** The task links, `readonly Middleware<TaskContext>[]`; a role puts its built-in links behind them. */
export const TASK_MIDDLEWARE = Symbol('TASK_MIDDLEWARE');
/** The node links, `readonly Middleware<NodeContext>[]`. */
export const NODE_MIDDLEWARE = Symbol('NODE_MIDDLEWARE');
/** The log links, `readonly Middleware<LogContext>[]`. */
export const LOG_MIDDLEWARE = Symbol('LOG_MIDDLEWARE');

export const JOB_CHAIN: ChainKind<JobContext> = { name: 'job', token: JOB_MIDDLEWARE };
export const TASK_CHAIN: ChainKind<TaskContext> = { name: 'task', token: TASK_MIDDLEWARE };
export const NODE_CHAIN: ChainKind<NodeContext> = { name: 'node', token: NODE_MIDDLEWARE };
export const LOG_CHAIN: ChainKind<LogContext> = { name: 'log', token: LOG_MIDDLEWARE };

/** A link of the job chain as a class. */
export interface JobMiddleware {
  handle: Middleware<JobContext>;
}
/** Makes an injectable class a link of the job chain, wherever a module provides it. */
export const JobMiddleware = chainDecorator(JOB_CHAIN);

/** A link of the task chain as a class. */
export interface TaskMiddleware {
  handle: Middleware<TaskContext>;
}
/** Makes an injectable class a link of the task chain, wherever a module provides it. */
export const TaskMiddleware = chainDecorator(TASK_CHAIN);

/** A link of the node chain as a class. */
export interface NodeMiddleware {
  handle: Middleware<NodeContext>;
}
/** Makes an injectable class a link of the node chain, wherever a module provides it. */
export const NodeMiddleware = chainDecorator(NODE_CHAIN);

/** A link of the log chain as a class. */
export interface LogMiddleware {
  handle: Middleware<LogContext>;
}
/** Makes an injectable class a link of the log chain, wherever a module provides it. */
export const LogMiddleware = chainDecorator(LOG_CHAIN);
