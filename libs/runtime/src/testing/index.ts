export { describeRuntime } from './contract';
export type { RuntimeUnderTest } from './contract';
export { crashWhileRunning } from './crash';
export { dockerTraces } from './docker-traces';
export { ensureImage, makeImage, TEST_IMAGE } from './images';
export { REGISTRY_USER, startRegistry } from './registry';
export type { TestRegistry } from './registry';
export { Recorder } from './recorder';
