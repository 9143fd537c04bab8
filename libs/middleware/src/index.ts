export { compose } from './compose';
export type { Handler, Middleware } from './compose';
export type { JobContext, LogContext, NodeContext, TaskContext } from './contexts';
