export { ConfigError } from './config-error';
export type { ConfigFault } from './config-error';
export { loadConfig } from './load';
export type { ConfigSources, LoadedConfig } from './load';
export { bool, int, text } from './values/scalars';
export { list, mapOf } from './values/collections';
export { parseSize, size } from './values/size';
export { duration } from './values/duration';
