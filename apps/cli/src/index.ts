export { cli } from './cli';
export type { Cli } from './cli';
export type { CliOptions } from './cli-options';
export { version } from './version';
