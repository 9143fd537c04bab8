import { fieldLabel, pathText } from './path';
import type { Path } from './path';
import type { JobDocument, ScheduledJobDocument, TaskDocument } from './types';

/** Fields that a document may have and that the engine does not act on yet. To support one is to remove it here. */
const NOT_YET = {
  job: ['permissions'],
  task: ['parallel', 'each', 'subjob', 'sidecars'],
} as const satisfies { job: (keyof JobDocument)[]; task: (keyof TaskDocument)[] };

/**
 * The first thing in a document that would be accepted and then silently not done, as a text for its author:
 * `Job.Tasks[0].Parallel: not supported yet`.
 */
export function findUnsupported(document: JobDocument | ScheduledJobDocument): string | undefined {
  const root: Path = { field: 'schedule' in document ? 'ScheduledJob' : 'Job' };
  const found =
    firstGiven(document, NOT_YET.job, root) ?? inTasks(document.tasks, { parent: root, field: fieldLabel('tasks') });
  return found && `${pathText(found)}: not supported yet`;
}

function inTasks(tasks: readonly TaskDocument[] = [], list: Path): Path | undefined {
  for (const [index, task] of tasks.entries()) {
    const found = inTask(task, { parent: list, element: index });
    if (found) return found;
  }
  return undefined;
}

/** In the task itself, and, once composites are supported, in what they hold. */
function inTask(task: TaskDocument, path: Path): Path | undefined {
  const inside = (...fields: string[]): Path =>
    fields.reduce<Path>((parent, field) => ({ parent, field: fieldLabel(field) }), path);
  return (
    firstGiven(task, NOT_YET.task, path) ??
    inTasks(task.parallel?.tasks, inside('parallel', 'tasks')) ??
    inTasks(task.subjob?.tasks, inside('subjob', 'tasks')) ??
    (task.subjob && firstGiven(task.subjob, NOT_YET.job, inside('subjob'))) ??
    (task.each?.task && inTask(task.each.task, inside('each', 'task')))
  );
}

/** The first of the fields that the object has; an empty list asks for nothing. */
function firstGiven(object: object, fields: readonly string[], path: Path): Path | undefined {
  const values = object as Readonly<Record<string, unknown>>;
  const field = fields.find((name) => {
    const value = values[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  return field === undefined ? undefined : { parent: path, field: fieldLabel(field) };
}
