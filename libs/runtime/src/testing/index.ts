export { crashWhileRunning } from './crash';
export { describeRuntime } from './contract';
export type { RuntimeUnderTest } from './contract';
export { Recorder } from './recorder';
