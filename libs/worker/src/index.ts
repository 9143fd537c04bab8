export { workerConfig } from './config';
export type { WorkerConfig } from './config';
export { Worker } from './worker';
export type { WorkerOptions } from './worker';
export { WorkerModule } from './worker.module';
export type { WorkerModuleOptions } from './worker.module';
