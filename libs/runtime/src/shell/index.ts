export { ShellRuntime } from './shell.runtime';
export type { ShellRuntimeOptions } from './shell.runtime';
