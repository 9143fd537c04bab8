export { chainDecorator, chainProviders } from './chain';
export type { ChainKind, ChainOptions } from './chain';
export { ChainWatch } from './chain-watch';
export type { ChainWatchOptions, Passage } from './chain-watch';
export { NextCalledTwiceError, compose } from './compose';
export type { Handler, Middleware } from './compose';
export type { JobContext, LogContext, NodeContext, ShownJob, TaskContext } from './contexts';
export { MiddlewareModule } from './middleware.module';
export type { MiddlewareModuleOptions } from './middleware.module';
export { hostEnvConfig } from './host-env/config';
export type { HostEnvConfig, HostVariable } from './host-env/config';
export { hostEnv } from './host-env/host-env';
export { redactConfig } from './redact/config';
export type { RedactConfig } from './redact/config';
export { Redactor } from './redact/redactor';
export type { RedactorOptions } from './redact/redactor';
export { MiddlewareTimeoutError, runChain } from './run-chain';
export type { RunOptions } from './run-chain';
export { InvalidMiddlewareError, isMiddlewareClass } from './registration';
export type { MiddlewareEntry } from './registration';
export {
  JOB_MIDDLEWARE,
  JobMiddleware,
  LOG_MIDDLEWARE,
  LogMiddleware,
  NODE_MIDDLEWARE,
  NodeMiddleware,
  TASK_MIDDLEWARE,
  TaskMiddleware,
} from './tokens';
