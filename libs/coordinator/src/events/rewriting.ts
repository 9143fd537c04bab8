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

/**
 * Notices what middleware does to the document of a job: other values in its fields, and, where it is about to run, also
 * changes within them. To look for those costs two JSON texts, which one start of each job is worth.
 */
export class RewriteWatch {
  private readonly before: Pick<ShownJob, DocumentField>;
  private readonly texts: readonly (string | undefined)[] | undefined;

  constructor(
    private readonly shown: ShownJob,
    private readonly isStart: boolean,
  ) {
    this.before = { ...shown };
    this.texts = isStart ? DOCUMENT.map((field) => JSON.stringify(shown[field])) : undefined;
  }

  /** What is other than before, with what belongs to it; `undefined` when nothing is. */
  rewritten(): Partial<Job> | undefined {
    const { before, isStart, shown, texts } = this;
    const fields = DOCUMENT.filter((field, i) =>
      texts ? JSON.stringify(shown[field]) !== texts[i] : shown[field] !== before[field],
    );
    if (fields.length === 0) return undefined;
    const document: Partial<Job> = {};
    for (const field of fields) (document as Record<string, unknown>)[field] = shown[field];
    if (fields.includes('tasks')) {
      if (!Array.isArray(shown.tasks) || shown.tasks.length === 0) {
        throw new InvalidRewriteError('a middleware left the job without tasks');
      }
      document.taskCount = shown.tasks.length;
    }
    // Expressions see inputs and secrets by the context, which was made of them.
    const named = fields.filter((field) => field === 'inputs' || field === 'secrets');
    if (isStart && named.length > 0) {
      document.context = { ...shown.context };
      for (const field of named) document.context[field] = shown[field];
    }
    return document;
  }
}
