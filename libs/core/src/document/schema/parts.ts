import { z } from 'zod';
import { MAX_PRIORITY } from '../../queue/queue';
import type {
  AutoDelete,
  AuxTask,
  DefaultsDocument,
  Limits,
  Mount,
  PermissionDocument,
  Probe,
  Registry,
  RetryDocument,
  SidecarTask,
} from '../types';
import { always, duration, integer, queue, requiredInteger, requiredText, rule, text, textMap, texts } from './fields';
import type { Fields } from './fields';
import { brokenMountRule, isUserOrRole, mayBeQueue, staysInside } from './rules';

/** The parts of a document that hold no expressions. */

export const priority = integer('Tasks of a higher priority are handed out first.', 0, MAX_PRIORITY);

export const registry = z
  .strictObject({
    username: text('User name at the registry.').optional(),
    password: text('Password or token at the registry.').optional(),
  } satisfies Fields<Registry>)
  .meta({ id: 'Registry', description: 'Credentials for pulling the image.' });

export const limits = z
  .strictObject({
    cpus: text('Number of CPUs, such as `.5`, `2` or `1/2`.').optional(),
    memory: text('Memory in bytes, or with a unit: `512m`, `1GB`.').optional(),
  } satisfies Fields<Limits>)
  .meta({ id: 'Limits', description: 'What the task may use of its machine.' });

export const retry = z
  .strictObject({
    limit: requiredInteger('How many times a failed task is tried again.', 10),
    initialDelay: duration('Wait before the first retry. Without it a retry starts at once.').optional(),
    scalingFactor: integer('Each wait is this many times the one before. Default 2.', 1, 10).optional(),
  } satisfies Fields<RetryDocument>)
  .meta({ id: 'Retry', description: 'What happens when the task fails.' });

export const mount = z
  .strictObject({
    type: text('`volume`, `bind`, `tmpfs`, or a type that the worker has a mounter for.').optional(),
    source: text('What is mounted: for `bind` a path on the worker’s machine.').optional(),
    target: text('Where the task finds it.').optional(),
    opts: textMap('Options of the mounter.').optional(),
  } satisfies Fields<Mount>)
  .superRefine((value, context) => {
    const broken = brokenMountRule(value);
    if (!broken) return;
    const { params } = rule(broken, 'a mount that can be made');
    context.addIssue({ code: 'custom', path: ['mount'], params });
  }, always)
  .meta({ id: 'Mount', description: 'Something that the task sees in its file system.' });

export const probe = z
  .strictObject({
    path: requiredText('Path of the URL that answers with 200 when the container is ready.', { max: 256 }),
    port: requiredInteger('Port in the container.', 65_535),
    timeout: duration('How long to wait until it is ready. Default 1m.').optional(),
  } satisfies Fields<Probe>)
  .meta({ id: 'Probe', description: 'How a sidecar shows that it is ready.' });

export const autoDelete = z
  .strictObject({
    after: duration('How long after its completion the job is deleted.').optional(),
  } satisfies Fields<AutoDelete>)
  .meta({ id: 'AutoDelete', description: 'Deletes the job some time after it has completed.' });

export const permission = z
  .strictObject({
    user: text('Name of a user who may see the job.').optional(),
    role: text('Slug of a role whose users may see the job.').optional(),
  } satisfies Fields<PermissionDocument>)
  .superRefine((value, context) => {
    if (isUserOrRole(value)) return;
    const { params } = rule('roleoruser', 'either user or role');
    context.addIssue({ code: 'custom', path: ['perm'], params });
  }, always)
  .meta({ id: 'Permission', description: 'Somebody who may see the job: a user or a role.' });

export const defaults = z
  .strictObject({
    retry: retry.optional(),
    limits: limits.optional(),
    timeout: duration('Time limit for tasks without one.').optional(),
    queue: queue('Queue for tasks without one.', mayBeQueue).optional(),
    priority: priority.optional(),
  } satisfies Fields<DefaultsDocument>)
  .meta({ id: 'Defaults', description: 'Settings for tasks that have none of their own.' });

const files = textMap('Files by their name, relative to the working directory.').superRefine((value, context) => {
  for (const name of Object.keys(value)) {
    if (staysInside(name)) continue;
    const expected = 'a relative path inside the working directory';
    const { params } = rule('filename', expected, { explained: true });
    context.addIssue({ code: 'custom', path: [name], params });
  }
}, always);

/** What every kind of task has; those that run beside others have little more. */
export const common = {
  name: requiredText('Name of the task.'),
  description: text('What the task is for.').optional(),
  cmd: texts('Command and arguments, instead of `run`.').optional(),
  entrypoint: texts('Entry point of the container, instead of the image’s own.').optional(),
  run: text('Script to run. It is not a template: pass values in `env`.').optional(),
  image: text('Container image.').optional(),
  registry: registry.optional(),
  env: textMap('Environment variables. Values may be templates.').optional(),
  files: files.optional(),
} satisfies Fields<Omit<AuxTask, 'timeout'>>;

export const auxTask = z
  .strictObject({
    ...common,
    timeout: text('Has no effect: the time limit of the main task covers this one too.').optional(),
  } satisfies Fields<AuxTask>)
  .meta({ id: 'AuxTask', description: 'A task that runs before or after its main task, with the same mounts.' });

export const sidecar = z
  .strictObject({
    ...common,
    timeout: text('Has no effect: a sidecar runs for as long as its main task.').optional(),
    probe: probe.optional(),
  } satisfies Fields<SidecarTask>)
  .meta({ id: 'SidecarTask', description: 'A container that runs beside the main task.' });
