import { HiddenTexts, REDACTED, secretsOf } from '@tork/core';
import type { Job, JobSummary, ScheduledJob, ScheduledJobSummary, Task, TaskLogPart, TaskSummary } from '@tork/core';
import { tellingKeys } from './telling-keys';

export interface RedactorOptions {
  /**
   * Names of keys whose values are secrets, with `*` for any run of characters, case-sensitive. Absent or empty: names
   * that contain SECRET, PASSWORD or ACCESS_KEY in any case.
   */
  patterns?: readonly string[];
}

/** What tells who and what an object is. It is Tork's, no text of a job's author, and clients find the object by it. */
const IDENTITY: ReadonlySet<string> = new Set([
  ...['id', 'jobId', 'taskId', 'parentId', 'nodeId', 'state'],
  ...['createdBy', 'permissions'],
]);

/** Tables that authors fill: their keys tell what is a secret. `tasks` is one where it is no list: in the context. */
const TABLES: ReadonlySet<string> = new Set(['inputs', 'env', 'files', 'headers', 'opts', 'tasks']);

/**
 * Takes secrets out of what is shown: values of `secrets`, passwords of registries, values under telling keys, and every
 * occurrence of a hidden value in any text. What is given stays as it is; what comes back has the same shape, and is the
 * same object where nothing had to be hidden.
 */
export class Redactor {
  private readonly isTelling: (key: string) => boolean;

  constructor({ patterns }: RedactorOptions = {}) {
    this.isTelling = tellingKeys(patterns);
  }

  /** Hides the job's secrets, and those of `also`: what a link has taken from the job must not be seen either. */
  job(job: Job, also?: HiddenTexts): Job {
    const secrets = secretsOf(job);
    return this.shown(job, also ? also.with(secrets) : secrets);
  }

  /** `secrets` are those of the job: a summary does not have them. */
  jobSummary(summary: JobSummary, secrets: HiddenTexts): JobSummary {
    return this.summary(summary, secrets);
  }

  /** `secrets` are those of the task's job. */
  task(task: Task, secrets: HiddenTexts): Task {
    return this.shown(task, secrets.with(secretsOf(task)));
  }

  taskSummary(summary: TaskSummary, secrets: HiddenTexts): TaskSummary {
    return this.summary(summary, secrets);
  }

  scheduledJob(job: ScheduledJob): ScheduledJob {
    return this.shown(job, secretsOf(job));
  }

  scheduledJobSummary(summary: ScheduledJobSummary, secrets: HiddenTexts): ScheduledJobSummary {
    return this.summary(summary, secrets);
  }

  /** Parts of output of one job. */
  log(parts: TaskLogPart[], secrets: HiddenTexts): TaskLogPart[] {
    return parts.map((part) => this.shown(part, secrets));
  }

  /** A single character is no secret worth hiding where the original shows all inputs. */
  private summary<T extends object>(value: T, secrets: HiddenTexts): T {
    return this.shown(value, { hide: (text) => secrets.hide(text), isValue: () => false });
  }

  private shown<T extends object>(value: T, secrets: Secrets): T {
    return this.value(value, secrets) as T;
  }

  private value(value: unknown, secrets: Secrets): unknown {
    if (typeof value === 'string') return secrets.hide(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Array.isArray(value) ? this.list(value, secrets) : this.fields(value as Fields, secrets);
  }

  private list(items: readonly unknown[], secrets: Secrets): readonly unknown[] {
    let isSame = true;
    const shown = items.map((item) => {
      const redacted = this.value(item, secrets);
      isSame &&= redacted === item;
      return redacted;
    });
    return isSame ? items : shown;
  }

  private fields(object: Fields, secrets: Secrets): Fields {
    let shown: Fields | undefined;
    for (const key in object) {
      const item = object[key];
      const redacted = this.field(object, key, secrets);
      if (redacted !== item) (shown ??= { ...object })[key] = redacted;
    }
    return shown ?? object;
  }

  private field(object: Fields, key: string, secrets: Secrets): unknown {
    const item = object[key];
    if (item === undefined || IDENTITY.has(key)) return item;
    if (isTable(item)) {
      if (key === 'secrets') return hidden(item);
      if (TABLES.has(key)) return this.table(item, secrets);
      if (key === 'registry' && item.password) return { ...this.fields(item, secrets), password: REDACTED };
    }
    // The context has it under this name, and hides it there.
    if (key === 'result' && item && typeof object.var === 'string' && this.isTelling(object.var)) return REDACTED;
    return this.value(item, secrets);
  }

  private table(table: Fields, secrets: Secrets): Fields {
    const shown = new Map<string, unknown>();
    const alike = new Map<string, number>();
    let isSame = true;
    for (const [key, item] of Object.entries(table)) {
      const redacted = this.isTelling(key) || secrets.isValue(item) ? REDACTED : this.value(item, secrets);
      const shownKey = vacantKey(secrets.hide(key), shown, alike);
      isSame &&= redacted === item && shownKey === key;
      shown.set(shownKey, redacted);
    }
    return isSame ? table : Object.fromEntries(shown);
  }
}

type Fields = Record<string, unknown>;

interface Secrets {
  /** A text without secrets. */
  hide(text: string): string;
  /** The whole value of a key is a secret. */
  isValue(value: unknown): boolean;
}

const isTable = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const hidden = (secrets: Fields): Fields => Object.fromEntries(Object.keys(secrets).map((key) => [key, REDACTED]));

/** Keys may look alike once their secrets are hidden: all but the first are numbered, so that none gets lost. */
function vacantKey(key: string, taken: ReadonlyMap<string, unknown>, alike: Map<string, number>): string {
  if (!taken.has(key)) return key;
  let number = (alike.get(key) ?? 1) + 1;
  while (taken.has(`${key} ${number}`)) number += 1;
  alike.set(key, number);
  return `${key} ${number}`;
}
