import type { StringMap } from '../document/types';
import { HiddenTexts } from './hidden-texts';

/** What a template begins with. A text that holds one names a secret of a sub-job that is not made yet. */
const TEMPLATE = '{{';

/**
 * The values of all maps called `secrets` in a job or in what belongs to it: its own, those of its context, and those it
 * hands to sub-jobs, whose results may bring them back.
 */
export function secretValuesOf(value: unknown): string[] {
  const values = new Set<string>();
  collect(value, values, false);
  return [...values];
}

/** The same as what is to be hidden. */
export const secretsOf = (...values: unknown[]): HiddenTexts => new HiddenTexts(secretValuesOf(values));

function collect(value: unknown, values: Set<string>, mayBeTemplate: boolean): void {
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, values, mayBeTemplate);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === 'secrets' && isMap(item)) addTexts(item, values, mayBeTemplate);
    else collect(item, values, mayBeTemplate || key === 'subjob');
  }
}

function addTexts(secrets: object, values: Set<string>, mayBeTemplate: boolean): void {
  for (const secret of Object.values(secrets as StringMap)) {
    if (typeof secret === 'string' && !(mayBeTemplate && secret.includes(TEMPLATE))) values.add(secret);
  }
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
