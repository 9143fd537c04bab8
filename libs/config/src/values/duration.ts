import { isDuration, parseDuration } from '@tork/core';
import { z } from 'zod';

const EXPECTED = 'expected a duration such as 30s or 1h30m';

/**
 * Milliseconds, written with units (`30s`, `1h30m`). A bare number counts nanoseconds, as in files of the original; one
 * that makes less than a millisecond is refused, because whoever writes `timeout = 30` does not mean 30 ns.
 */
export const duration = z
  .union([z.string(), z.number()], { error: EXPECTED })
  .transform((input, context) => {
    const text = String(input).trim();
    const bare = /^[+-]?\d+$/.test(text);
    const ms = bare ? Number(text) / 1e6 : isDuration(text) ? parseDuration(text) : NaN;
    if (Number.isNaN(ms)) context.addIssue(EXPECTED);
    else if (ms < 0) context.addIssue('expected a duration of zero or more');
    else if (bare && ms > 0 && ms < 1) context.addIssue(`${EXPECTED} (a number without a unit counts nanoseconds)`);
    else return ms;
    return z.NEVER;
  })
  .meta({ value: 'duration' });
