import { z } from 'zod';
import { isCron } from '../cron';
import type {
  EachDocument,
  JobDocument,
  ParallelDocument,
  ScheduledJobDocument,
  SubJobDocument,
  TaskDocument,
  WebhookDocument,
} from '../types';
import { always, duration, integer, queue, requiredText, rule, shortText, text, textMap, texts } from './fields';
import type { Fields } from './fields';
import { autoDelete, auxTask, common, defaults, limits, mount, permission, priority, retry, sidecar } from './parts';
import { brokenCompositeRules, isWebhookUrl } from './rules';

/** Says what is wrong with the text of an expression field, or nothing if it can be evaluated one day. */
export type ValidateExpression = (text: string) => string | undefined;

const MAX_NAME = 256;
const MAX_VAR = 64;
const MAX_WORKDIR = 256;
const MAX_CONCURRENCY = 99_999;

/** The schemas of whole documents. Types, validation, the binders' shapes and the JSON Schema all come from here. */
export interface DocumentSchemas {
  job: z.ZodObject<Record<keyof JobDocument, z.ZodType>>;
  scheduledJob: z.ZodObject<Record<keyof ScheduledJobDocument, z.ZodType>>;
}

/** Makes the schemas for a way to check expressions, which this library does not know. */
export function documentSchemas(validateExpression: ValidateExpression): DocumentSchemas {
  const { params: expr } = rule('expr', 'an expression, or a text with {{ expressions }}');
  const expression = (description: string) =>
    text(description)
      .superRefine((value, context) => {
        const detail = value === '' ? undefined : validateExpression(value);
        if (detail !== undefined) context.addIssue({ code: 'custom', params: { ...expr, detail } });
      })
      .meta({ description });

  const webhook: z.ZodType<WebhookDocument> = z
    .strictObject({
      url: requiredText('Where to POST the event: an http or https URL.')
        .refine(isWebhookUrl, rule('url', 'an absolute http or https URL, or a template', { explained: true }))
        .meta({ description: 'Where to POST the event: an http or https URL, or a template for one.', minLength: 1 }),
      headers: textMap('Headers to send. Values may be templates.').optional(),
      event: text('`job.StateChange` (default), `job.Progress`, `task.StateChange` or `task.Progress`.').optional(),
      if: expression('The webhook is called only if this expression is true.').optional(),
    } satisfies Fields<WebhookDocument>)
    .meta({ id: 'Webhook', description: 'An HTTP call on events of the job.' });
  const webhooks = z.array(webhook).meta({ description: 'HTTP calls on events of the job.' });

  const task: z.ZodType<TaskDocument> = z.lazy(() => taskObject);
  const tasks = (description: string) => z.array(task).min(1).meta({ description });

  const parallel = z
    .strictObject({ tasks: tasks('Tasks that run at the same time.') } satisfies Fields<ParallelDocument>)
    .meta({ id: 'Parallel', description: 'Runs several tasks at the same time.' });

  const each = z
    .strictObject({
      var: text('Name of the current item in expressions. Default `item`.').optional(),
      list: expression('Expression that gives the list.')
        .refine((value) => value !== '', rule('required', 'an expression that gives a list'))
        .meta({ description: 'Expression that gives the list.', minLength: 1 }),
      task: task.prefault({}).meta({ description: 'The task to run for each item.' }),
      concurrency: integer('How many items are worked on at a time; 0: all.', 0, MAX_CONCURRENCY).optional(),
    } satisfies Fields<EachDocument>)
    .meta({ id: 'Each', description: 'Runs a task for each item of a list.' });

  const subjob = z
    .strictObject({
      id: text('Has no effect.').optional().meta({ ignored: true }),
      name: requiredText('Name of the job.'),
      description: text('What the job is for.').optional(),
      tasks: tasks('Steps of the job, one after the other.'),
      inputs: textMap('Values for expressions as `inputs`. They may be templates.').optional(),
      secrets: textMap('Values for expressions as `secrets`. They may be templates.').optional(),
      autoDelete: autoDelete.optional(),
      output: expression('Template for the job’s result.').optional(),
      detached: z.boolean().meta({ description: 'Do not wait for the job to end.' }).optional(),
      webhooks: webhooks.optional(),
    } satisfies Fields<SubJobDocument & { id?: string }>)
    .meta({ id: 'SubJob', description: 'Starts another job, and waits for it unless it is detached.' });

  const taskObject = z
    .strictObject({
      ...common,
      queue: queue('Where workers take the task from. Default `default`.').optional(),
      pre: z.array(auxTask).meta({ description: 'Tasks to run before this one.' }).optional(),
      post: z.array(auxTask).meta({ description: 'Tasks to run after this one.' }).optional(),
      sidecars: z.array(sidecar).meta({ description: 'Containers to run beside this task.' }).optional(),
      mounts: z.array(mount).meta({ description: 'What the task sees in its file system.' }).optional(),
      networks: texts('Existing networks to join.').optional(),
      retry: retry.optional(),
      limits: limits.optional(),
      timeout: duration('Time limit, pre and post tasks and the pull of the image included.').optional(),
      var: shortText('Key under which expressions find the result, as `tasks.<var>`.', MAX_VAR).optional(),
      if: expression('The task is skipped if this is false.').optional(),
      parallel: parallel.optional(),
      each: each.optional(),
      subjob: subjob.optional(),
      gpus: text('GPUs for the container, as in `docker run --gpus`.').optional(),
      tags: texts('Labels of the task.').optional(),
      workdir: shortText('Working directory in the container.', MAX_WORKDIR).optional(),
      priority: priority.optional(),
    } satisfies Fields<TaskDocument>)
    .superRefine((value, context) => {
      for (const { field, rule: name } of brokenCompositeRules(value)) {
        const { params } = rule(name, 'only one of parallel, each, subjob, and nothing that is to run');
        context.addIssue({ code: 'custom', path: [field], params });
      }
    }, always)
    .meta({ id: 'Task', description: 'A step of a job: something to run, or a composite of other tasks.' });

  const jobFields = {
    name: requiredText('Name of the job.', { max: MAX_NAME }),
    description: text('What the job is for.').optional(),
    tags: texts('Labels to search for.').optional(),
    tasks: tasks('Steps of the job, one after the other.'),
    inputs: textMap('Values for expressions as `inputs`.').optional(),
    secrets: textMap('Values for expressions as `secrets`. They are not shown to anybody.').optional(),
    output: expression('Template for the job’s result.').optional(),
    defaults: defaults.optional(),
    webhooks: webhooks.optional(),
    permissions: z
      .array(permission)
      .meta({ description: 'Who may see the job. Without any, everybody may.' })
      .optional(),
    autoDelete: autoDelete.optional(),
  } satisfies Fields<Omit<JobDocument, 'wait'>>;

  const wait = z
    .strictObject({ timeout: duration('How long to wait.') } satisfies Fields<Required<JobDocument>['wait']>)
    .meta({ id: 'Wait', description: 'Answers the request only when the job has ended, or after a time.' });

  const schedule = z
    .strictObject({
      cron: requiredText('Five fields, or a descriptor such as `@daily`.', { max: MAX_NAME })
        .refine(isCron, rule('cron', 'a cron expression such as 0 9 * * MON-FRI or @every 1h'))
        .meta({
          description: 'Minute, hour, day of month, month and day of week, or a descriptor such as `@daily`.',
          minLength: 1,
          maxLength: MAX_NAME,
          examples: ['0 9 * * MON-FRI', '@every 1h'],
        }),
    } satisfies Fields<Required<ScheduledJobDocument>['schedule']>)
    .meta({ id: 'Schedule', description: 'When the job is submitted.' });

  return {
    job: z
      .strictObject({ ...jobFields, wait: wait.optional() } satisfies Fields<JobDocument>)
      .meta({ id: 'Job', description: 'A list of tasks that run one after the other.' }),
    scheduledJob: z
      .strictObject({ ...jobFields, schedule } satisfies Fields<ScheduledJobDocument>)
      .meta({ id: 'ScheduledJob', description: 'A job that is submitted again and again.' }),
  };
}
