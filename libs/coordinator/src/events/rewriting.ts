import { TorkError } from '@tork/core';
import type { Job } from '@tork/core';
import type { ShownJob } from '@tork/middleware';

/** A middleware made something of a job that no job can be. */
export class InvalidRewriteError extends TorkError {
  readonly code = 'INVALID_REWRITE';
}

/** What a job was submitted with, and middleware may rewrite. */
const DOCUMENT = [
  ...(['name', 'description', 'tags', 'inputs', 'tasks', 'secrets'] as const),
  ...(['output', 'defaults', 'webhooks', 'autoDelete'] as const),
] satisfies (keyof Job)[];
type DocumentField = (typeof DOCUMENT)[number];

/** What of the changes of a job belongs to its document; `undefined` when nothing does. */
export function documentOf(changed: object | undefined): Partial<Job> | undefined {
  const fields = DOCUMENT.filter((field) => changed && field in changed);
  return fields.length > 0 ? rewrite(changed as Partial<Job>, fields) : undefined;
}

/**
 * Notices what middleware does to the document of a job that is about to run, also within its fields. To look for that
 * costs two JSON texts, which the one start of a job is worth.
 */
export class RewriteWatch {
  private readonly before: string;

  constructor(private readonly shown: ShownJob) {
    this.before = documentText(shown);
  }

  /** What is other than before, with what belongs to it; `undefined` when nothing is. */
  rewritten(): Partial<Job> | undefined {
    const { before, shown } = this;
    const after = documentText(shown);
    if (after === before) return undefined;
    const [was, is] = [JSON.parse(before) as unknown[], JSON.parse(after) as unknown[]];
    const fields = DOCUMENT.filter((_, i) => JSON.stringify(was[i]) !== JSON.stringify(is[i]));
    const document = rewrite(shown, fields);
    // Expressions see inputs and secrets by the context, which was made of them.
    const named = fields.filter((field) => field === 'inputs' || field === 'secrets');
    if (named.length > 0) document.context = { ...shown.context };
    for (const field of named) document.context![field] = shown[field];
    return document;
  }
}

const documentText = (job: ShownJob): string => JSON.stringify(DOCUMENT.map((field) => job[field]));

function rewrite(job: Partial<ShownJob>, fields: readonly DocumentField[]): Partial<Job> {
  const document: Partial<Job> = Object.fromEntries(fields.map((field) => [field, job[field]]));
  if (fields.includes('tasks')) {
    if (!Array.isArray(job.tasks) || job.tasks.length === 0) {
      throw new InvalidRewriteError('a middleware left the job without tasks');
    }
    document.taskCount = job.tasks.length;
  }
  return document;
}
