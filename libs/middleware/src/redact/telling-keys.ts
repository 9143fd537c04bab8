import { wildcard } from '@tork/core';

/** What the name of a secret contains when no patterns are configured, whatever the case. */
const TELLING_PART = /SECRET|PASSWORD|ACCESS_KEY/i;

/** Whether a key by its name stands for a secret. With `patterns` a key has to match one of them as a whole. */
export function tellingKeys(patterns?: readonly string[]): (key: string) => boolean {
  if (!patterns || patterns.length === 0) return (key) => TELLING_PART.test(key);
  const matchers = patterns.map(wildcard);
  return (key) => matchers.some((matches) => matches(key));
}
