export type { Runtime, TaskIo, TaskResult } from './runtime';
export { RuntimeUnavailableError, TaskFailedError } from './errors';
export type { Mounter } from './mounter';
export { RUNTIME } from './token';
export { mountsConfig, runtimeConfig } from './config';
export type { MountsConfig, RuntimeConfig } from './config';
