export type { Runtime, TaskIo, TaskResult } from './runtime';
export { RuntimeUnavailableError, TaskFailedError } from './errors';
export type { Mounter } from './mounter';
export { RUNTIME } from './token';
