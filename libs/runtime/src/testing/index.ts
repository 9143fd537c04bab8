export { describeRuntime } from './contract';
export type { RuntimeUnderTest } from './contract';
export { crashWhileRunning } from './crash';
export { dockerTraces } from './docker-traces';
export { ensureImage, TEST_IMAGE } from './images';
export { Recorder } from './recorder';
