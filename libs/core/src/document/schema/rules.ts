import { PRIVATE_QUEUE_PREFIX, isTaskQueue } from '../../queue/queue';
import type { Mount, PermissionDocument, TaskDocument } from '../types';

/** The names of the rules, as the messages give them. */
export type Rule =
  | 'required'
  | 'min'
  | 'max'
  | 'duration'
  | 'queue'
  | 'expr'
  | 'cron'
  | 'url'
  | 'filename'
  | 'roleoruser'
  | 'invalidusername'
  | 'invalidrole'
  | MountRule
  | CompositeRule;

type MountRule =
  'typerequired' | 'sourcenotempty' | 'targetrequired' | 'sourcerequired' | 'invalidsource' | 'invalidtarget';
type CompositeRule = 'paralleloreach' | 'parallelorsubjob' | 'eachorsubjob' | 'invalidcompositetask';

/** Whether this may stand where a queue is named; nothing at all may. */
export const mayBeQueue = (queue: string): boolean => queue === '' || isTaskQueue(queue);

/** The same for a task's own, which may be a template. That is judged by what it gives, when the task is evaluated. */
export const mayNameQueue = (queue: string): boolean =>
  mayBeQueue(queue) || (queue.includes('{{') && !queue.startsWith(PRIVATE_QUEUE_PREFIX));

/** Whether a webhook can be called: an absolute http or https URL, or a template for one. */
export const isWebhookUrl = (url: string): boolean => url.includes('{{') || isCallableUrl(url);

/** Whether a request can be sent to it: an absolute http or https URL. */
export const isCallableUrl = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);

/** Whether a file of this name lies in the directory that it is relative to: `a.txt`, `a/b`, not `/a`, `../a`, `a/`. */
export function staysInside(name: string): boolean {
  if (name.startsWith('/')) return false;
  let depth = 0;
  for (const part of name.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return false;
  }
  return depth > 0 && !/(^|\/)\.{0,2}$/.test(name);
}

/** Whether a text has at most `max` characters, counted as code points. */
export function fits(text: string, max: number): boolean {
  if (text.length <= max) return true;
  return text.length <= 2 * max && Array.from(text).length <= max;
}

/** What containers must not be given a mount over: Tork's own files are there. */
const RESERVED_TARGET = '/tork';
const PATH_CHARACTERS = /^[A-Za-z0-9 \-/._=]*$/;

/** The first rule that a mount breaks. */
export function brokenMountRule({ type = '', source = '', target = '' }: Mount): MountRule | undefined {
  if (type === '') return 'typerequired';
  if (type === 'volume' && source !== '') return 'sourcenotempty';
  if (type === 'volume' && target === '') return 'targetrequired';
  if (type === 'bind' && source === '') return 'sourcerequired';
  if (!PATH_CHARACTERS.test(source)) return 'invalidsource';
  if (!PATH_CHARACTERS.test(target) || target === RESERVED_TARGET) return 'invalidtarget';
  return undefined;
}

export const isUserOrRole = ({ user = '', role = '' }: PermissionDocument): boolean => (user === '') !== (role === '');

/** What a composite task leaves to its children. */
const NOT_IN_COMPOSITES = [
  'image',
  'cmd',
  'entrypoint',
  'run',
  'env',
  'queue',
  'pre',
  'post',
  'mounts',
  'retry',
  'limits',
  'timeout',
] as const satisfies (keyof TaskDocument)[];

/** The rules about composite tasks that a task breaks, and the field that each names. */
export function brokenCompositeRules(task: TaskDocument): { field: string; rule: CompositeRule }[] {
  const { parallel, each, subjob } = task;
  if (!parallel && !each && !subjob) return [];
  const broken: { field: string; rule: CompositeRule }[] = [];
  const both = (rule: CompositeRule, ...fields: string[]) => broken.push(...fields.map((field) => ({ field, rule })));
  if (parallel && each) both('paralleloreach', 'each', 'parallel');
  if (parallel && subjob) both('parallelorsubjob', 'subjob', 'parallel');
  if (each && subjob) both('eachorsubjob', 'subjob', 'each');
  for (const field of NOT_IN_COMPOSITES) {
    if (isGiven(task, field)) broken.push({ field, rule: 'invalidcompositetask' });
  }
  return broken;
}

/** Whether a field says anything: an empty text, list or `env` does not; `retry` and `limits` do, even empty ones. */
function isGiven(task: TaskDocument, field: (typeof NOT_IN_COMPOSITES)[number]): boolean {
  const value = task[field];
  if (value === undefined || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return field === 'env' ? Object.keys(value).length > 0 : true;
}
