import { z } from 'zod';
import { text } from './scalars';

/**
 * A list of texts: a TOML array, or one text with commas between the items (`a, b,c`), as variables have it. Blanks
 * around an item do not count. `[]` is the empty list in both spellings.
 */
export const list = z
  .union([z.array(text), z.string()], { error: 'expected a list of texts, or one text with commas between them' })
  .transform((input) => (typeof input === 'string' ? splitAtCommas(input) : input))
  .meta({ value: 'list' });

function splitAtCommas(input: string): string[] {
  if (input.trim() === '[]') return [];
  return input
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A table whose keys the user chooses, e.g. queue names, with values of one type: `mapOf(int)`. */
export const mapOf = <V extends z.ZodType>(value: V) => z.record(z.string(), value).meta({ value: 'map' });
