import { z } from 'zod';

/** What `strconv.ParseBool` of Go accepts, so that files and variables written for the original go on working. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A text. Numbers and booleans of a TOML file are taken as written, e.g. `runtime.shell.uid = 1000`. */
export const text = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text' })
  .transform(String)
  .meta({ value: 'text' });

/** A boolean, or one of `1 t T TRUE true True 0 f F FALSE false False` as a variable spells it. */
export const bool = z
  .union([z.boolean(), z.string(), z.number()], { error: 'expected true or false' })
  .transform((input, context) => {
    if (typeof input === 'boolean') return input;
    if (TRUE.has(String(input))) return true;
    if (FALSE.has(String(input))) return false;
    context.addIssue('expected true or false');
    return z.NEVER;
  })
  .meta({ value: 'boolean' });

/** A whole number, or its decimal text. Narrow it with `int.pipe(z.number().min(1))`. */
export const int = z
  .union([z.number(), z.string()], { error: 'expected a whole number' })
  .transform((input, context) => {
    const number = typeof input === 'string' && /^[+-]?\d+$/.test(input.trim()) ? Number(input) : input;
    if (Number.isSafeInteger(number)) return Number(number);
    context.addIssue('expected a whole number');
    return z.NEVER;
  })
  .meta({ value: 'integer' });
