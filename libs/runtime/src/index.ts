export type { Runtime, TaskIo, TaskResult } from './runtime';
export { RuntimeUnavailableError, TaskFailedError } from './errors';
export { MounterRegistry } from './mounter';
export type { IdentifiedMount, Mounter } from './mounter';
export { mountsConfig, runtimeConfig } from './config';
export type { MountsConfig, RuntimeConfig } from './config';
export type { Logger } from './logger';
export { RUNTIME } from './token';
