import { z } from 'zod';
import { isDuration } from '../../duration/duration';
import { A_TASK_QUEUE } from '../../queue/queue';
import { fits, mayNameQueue } from './rules';
import type { Rule } from './rules';

/** The fields of an object type, each with a schema that gives its type: a field that is missing or left over does not compile. */
export type Fields<T> = { [K in keyof Required<T>]: z.ZodType<T[K]> };

/** What a failed check says about itself. */
export interface RuleParams {
  rule: Rule;
  /** In words, as in "expected …". */
  expected: string;
  /** What the check has to say about the value at hand. */
  detail?: string;
  /** Whether the line that the API answers explains the rule: for those that Tork 0.1.153 does not have. */
  explained?: boolean;
}

export const rule = (name: Rule, expected: string, more: Partial<RuleParams> = {}): { params: RuleParams } => ({
  params: { rule: name, expected, ...more },
});

/** An object's own checks run whatever is wrong inside it: the reader has made sure of all types. */
export const always = { when: () => true };

export const text = (description: string) => z.string().meta({ description });

export const requiredText = (description: string, more: { max?: number } = {}) =>
  limited(
    z
      .string()
      .refine((value) => value !== '', rule('required', 'text'))
      .meta({ description, minLength: 1 }),
    more.max,
  );

/** Text of at most `max` characters. */
export const shortText = (description: string, max: number) => limited(text(description), max);

function limited(schema: z.ZodString, max?: number) {
  if (max === undefined) return schema;
  const params = rule('max', `at most ${max} characters`);
  return schema.refine((value) => fits(value, max), params).meta({ ...schema.meta(), maxLength: max });
}

export const texts = (description: string) => z.array(z.string()).meta({ description });

export const textMap = (description: string) => z.record(z.string(), z.string()).meta({ description });

const DURATION = '[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|[-+]?0';

export const duration = (description: string) =>
  z
    .string()
    .refine((value) => value === '' || isDuration(value), rule('duration', 'a duration such as 30s or 1h30m'))
    .meta({ description, pattern: `^(${DURATION})?$`, examples: ['30s', '1h30m'] });

export const queue = (description: string, isAllowed = mayNameQueue) =>
  z.string().refine(isAllowed, rule('queue', A_TASK_QUEUE)).meta({ description, pattern: '^(?!x-)' });

export const integer = (description: string, min: number, max: number) =>
  z.int().min(min).max(max).meta({ description });

/** An integer of at least 1 that must be there: 0 counts as missing. */
export const requiredInteger = (description: string, max: number) =>
  z
    .int()
    .refine((value) => value !== 0, rule('required', `a number from 1 to ${max}`))
    .min(1)
    .max(max)
    .meta({ description });
