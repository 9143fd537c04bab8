import type { AuxTask, StringMap } from '@tork/core';
import type { Middleware } from '../compose';
import type { TaskContext } from '../contexts';
import type { HostVariable } from './config';

/**
 * A link of the worker's chain that gives tasks variables of the worker's environment, and to all that runs with them
 * (pre and post tasks, side containers). They win over the task's own; what is not set on the host is not given.
 */
export function hostEnv(
  variables: readonly HostVariable[],
  host: Readonly<NodeJS.ProcessEnv> = process.env,
): Middleware<TaskContext> {
  return function hostEnv({ event, task }, next) {
    if (event !== 'STATE_CHANGE' || task.state !== 'RUNNING') return next();
    const env = valuesOf(variables, host);
    if (Object.keys(env).length > 0) {
      for (const part of [task, ...(task.pre ?? []), ...(task.post ?? []), ...(task.sidecars ?? [])]) give(part, env);
    }
    return next();
  };
}

function give(part: Pick<AuxTask, 'env'>, env: StringMap): void {
  part.env = { ...part.env, ...env };
}

function valuesOf(variables: readonly HostVariable[], host: Readonly<NodeJS.ProcessEnv>): StringMap {
  const env: StringMap = {};
  for (const { name, alias } of variables) {
    const value = host[name];
    if (value !== undefined) env[alias] = value;
  }
  return env;
}
