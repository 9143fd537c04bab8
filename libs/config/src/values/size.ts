import { z } from 'zod';

const SIZE = /^(\d+(?:\.\d+)?)\s*(?:([KMGTPE])(i)?)?B?$/i;
const POWERS = 'KMGTPE';

/** Bytes of a size as text: `500K` is 500,000, `512KiB` is 524,288. `undefined` when it is no size. */
export function parseSize(input: string): number | undefined {
  const match = SIZE.exec(input.trim());
  if (!match) return undefined;
  const [, amount, unit, binary] = match;
  const power = unit ? POWERS.indexOf(unit.toUpperCase()) + 1 : 0;
  const bytes = Math.floor(Number(amount) * (binary ? 1024 : 1000) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A number of bytes: `K M G T P E` are powers of 1000, `Ki Mi …` of 1024, in any case and with an optional `B`. */
export const size = z
  .union([z.string(), z.number()], { error: 'expected a size such as 500K or 1MiB' })
  .transform((input, context) => {
    const bytes = parseSize(String(input));
    if (bytes !== undefined) return bytes;
    context.addIssue('expected a size such as 500K or 1MiB');
    return z.NEVER;
  })
  .meta({ value: 'size' });
