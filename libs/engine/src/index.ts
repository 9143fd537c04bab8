export { Engine, engine } from './engine';
export type { EngineOptions, EngineState } from './engine';
export { createTorkApplication } from './application';
export { EngineStateError } from './engine-state-error';
export { engineConfig, loadEngineConfig } from './config';
export type { EngineConfig } from './config';
export { migrate } from './migrate';
export { reencrypt } from './reencrypt';
export { openDatastore } from './open-datastore';
export { issueToken } from '@tork/api';
export type { NewToken } from '@tork/api';
export { MODES, isMode } from './mode';
export type { Mode } from './mode';
export { RegistrationError } from './registration-error';
export type { BrokerProvider, DatastoreProvider, ProviderContext } from './registrations';
export { runService, runUntilSignal } from './run';
export type { Runnable } from './run';
export type { JobInput, JobListener } from './submission';
export { Tork } from './tork';
export { TorkModule } from './tork.module';
export type { TorkComposition, TorkModuleAsyncOptions, TorkModuleOptions } from './tork.module';
export type { TorkOptions } from './settings';
export { Extensions } from './extensions';
export { VERSION } from './version';

// What an extension needs of the libs below, so that this package is all it has to depend on.
export { HttpError, openApi, USERNAME, WEB_MIDDLEWARE, WebContext, WebMiddleware } from '@tork/api';
export type { BodySchema, EndpointHandler, EndpointMethod } from '@tork/api';
export type { Broker } from '@tork/broker';
export type {
  AuxTask,
  Job,
  JobDocument,
  JobState,
  Mount,
  Node,
  RunnableTask,
  Task,
  TaskLogPart,
  TaskState,
} from '@tork/core';
export type { Datastore } from '@tork/datastore';
export {
  InvalidMiddlewareError,
  JOB_MIDDLEWARE,
  JobMiddleware,
  LOG_MIDDLEWARE,
  LogMiddleware,
  NODE_MIDDLEWARE,
  NodeMiddleware,
  TASK_MIDDLEWARE,
  TaskMiddleware,
} from '@tork/middleware';
export type {
  ChainOptions,
  JobContext,
  LogContext,
  Middleware,
  MiddlewareEntry,
  NodeContext,
  TaskContext,
} from '@tork/middleware';
export { createLogger, silentLogger } from '@tork/observability';
export type { Logger } from '@tork/observability';
export { RuntimeUnavailableError, TaskFailedError } from '@tork/runtime';
export type { IdentifiedMount, Mounter, Runtime, TaskIo, TaskResult } from '@tork/runtime';
