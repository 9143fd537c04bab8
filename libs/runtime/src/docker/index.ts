export { DockerRuntime } from './docker.runtime';
export type { DockerRuntimeOptions } from './docker.runtime';
export type { BindMounterOptions } from './mounters/bind.mounter';
