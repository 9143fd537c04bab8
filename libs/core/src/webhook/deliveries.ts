import { isCallableUrl } from '../document/schema/rules';
import type { StringMap, WebhookDocument } from '../document/types';
import type { Job, JobSummary } from '../job/job';
import { jobSummary } from '../job/summary';
import type { ConditionSubjects, Expressions } from '../machine/view';
import { secretsOf } from '../secrets/secrets-of';
import type { HiddenTexts } from '../secrets/hidden-texts';
import { taskSummary } from '../task/summary';
import type { TaskSummary } from '../task/task';
import { toWireJobSummary } from '../wire/job';
import { toWireTaskSummary } from '../wire/task';
import { checkHeaders, MAX_HEADERS_LENGTH } from './headers';
import type { WebhookDelivery, WebhookEvent, WebhookJob, WebhookOccasion } from './webhook';

/** What {@link webhookDeliveries} needs besides the job. */
export interface WebhookContext {
  readonly expressions: Expressions;
  /** A fresh id of 32 hex digits. */
  newId(): string;
  /** Takes secrets out of what a body shows; without it they are shown. */
  readonly redactor?: {
    jobSummary(summary: JobSummary, secrets: HiddenTexts): JobSummary;
    taskSummary(summary: TaskSummary, secrets: HiddenTexts): TaskSummary;
  };
  /** A longer body is not sent. */
  readonly maxBodyBytes: number;
}

export interface WebhookDecision {
  readonly deliveries: readonly WebhookDelivery[];
  /** What could not be done as the job asks for it, a sentence each, without secrets. */
  readonly problems: readonly string[];
}

/**
 * Most characters that an event's calls may have together, but for the first. They are stored in one go with the event, and
 * a short document can have thousands of webhooks.
 */
const MAX_TOTAL_LENGTH = 16_000_000;

const NOTHING: WebhookDecision = { deliveries: [], problems: [] };

/** The event that a webhook waits for. */
const eventOf = ({ event }: WebhookDocument): string => event || 'job.StateChange';

/** Whether any webhook of the job waits for the event. What nobody waits for costs no more than this question. */
export const awaitsWebhook = (job: Pick<Job, 'webhooks'>, event: WebhookEvent): boolean =>
  job.webhooks?.some((webhook) => eventOf(webhook) === event) ?? false;

/**
 * The calls that an occasion gives rise to. Conditions and headers see the job and its context as they are now; whatever
 * is wrong with one webhook keeps it from being called, and nothing else. Never throws.
 */
export function webhookDeliveries(job: Job, occasion: WebhookOccasion, context: WebhookContext): WebhookDecision {
  if (!awaitsWebhook(job, occasion.event)) return NOTHING;
  const deliveries: WebhookDelivery[] = [];
  const problems: string[] = [];
  const subjects = subjectsOf(job, occasion);
  const secrets = secretsOf(job);
  let body: string | undefined;
  let total = 0;
  for (const [index, webhook] of (job.webhooks ?? []).entries()) {
    if (eventOf(webhook) !== occasion.event) continue;
    const problem = (text: string) => void problems.push(secrets.hide(`webhooks[${index}]: ${text}`));
    const { url = '' } = webhook;
    if (!isCallableUrl(url)) {
      problem('not called: its url is no absolute http or https URL');
      continue;
    }
    if (!mayCall(webhook, subjects, context, problem)) continue;
    body ??= bodyOf(occasion, secrets, context, problem);
    if (body === undefined) continue;
    if (Buffer.byteLength(body) > context.maxBodyBytes) {
      problem(`not called: its body is longer than ${context.maxBodyBytes} bytes`);
      continue;
    }
    const headers = renderHeaders(webhook.headers, job, context, problem);
    if (!headers) continue;
    total += body.length + url.length + lengthOf(headers);
    if (total > MAX_TOTAL_LENGTH && deliveries.length > 0) {
      problem(
        `not called, and none behind it: the event's calls have more than ${MAX_TOTAL_LENGTH} characters together`,
      );
      break;
    }
    deliveries.push({ id: context.newId(), jobId: job.id, event: occasion.event, url, headers, body });
  }
  return { deliveries, problems };
}

const lengthOf = (headers: StringMap): number =>
  Object.entries(headers).reduce((length, [name, value]) => length + name.length + value.length, 0);

const subjectsOf = (job: Job, occasion: WebhookOccasion): ConditionSubjects =>
  'task' in occasion ? { job: jobSummary(job), task: taskSummary(occasion.task) } : { job: shownSummary(occasion.job) };

/** A state that only webhooks know is a text like the others to whoever reads it. */
const shownSummary = (job: WebhookJob): JobSummary => jobSummary(job as Job);

function mayCall(
  webhook: WebhookDocument,
  subjects: ConditionSubjects,
  { expressions }: WebhookContext,
  problem: (text: string) => void,
): boolean {
  if (!webhook.if) return true;
  try {
    const value = expressions.condition(webhook.if, subjects);
    if (typeof value === 'boolean') return value;
    problem(`not called: its if gives no boolean`);
  } catch (cause) {
    problem(`not called: its if cannot be evaluated: ${textOf(cause)}`);
  }
  return false;
}

/** Undefined if the secrets cannot be taken out of it: then it is shown to nobody. */
function bodyOf(
  occasion: WebhookOccasion,
  secrets: HiddenTexts,
  { redactor }: WebhookContext,
  problem: (text: string) => void,
): string | undefined {
  try {
    if ('task' in occasion) {
      const summary = taskSummary(occasion.task);
      return JSON.stringify(toWireTaskSummary(redactor?.taskSummary(summary, secrets) ?? summary));
    }
    const summary = shownSummary(occasion.job);
    return JSON.stringify(toWireJobSummary(redactor?.jobSummary(summary, secrets) ?? summary));
  } catch {
    problem('not called: its body cannot be redacted');
    return undefined;
  }
}

/** A template that fails gives an empty value; what cannot be sent is left out. Undefined if they are too long. */
function renderHeaders(
  headers: StringMap = {},
  job: Job,
  { expressions }: WebhookContext,
  problem: (text: string) => void,
): StringMap | undefined {
  const render = (name: string, value: string): string => {
    try {
      return value.includes('{{') ? expressions.render(value, job.context) : value;
    } catch {
      problem(`header ${JSON.stringify(name.slice(0, 100))} is empty: its template cannot be evaluated`);
      return '';
    }
  };
  const rendered: [string, string][] = [];
  let length = 0;
  for (const [name, template] of Object.entries(headers)) {
    const value = render(name, template);
    length += name.length + value.length;
    if (length > MAX_HEADERS_LENGTH) {
      problem(`not called: its headers are longer than ${MAX_HEADERS_LENGTH} characters`);
      return undefined;
    }
    rendered.push([name, value]);
  }
  const checked = checkHeaders(Object.fromEntries(rendered));
  checked.problems.forEach(problem);
  return checked.headers;
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
