import type { Verdict } from '@tork/broker';
import { DatastoreUnavailableError } from '@tork/datastore';
import { z } from 'zod';

/**
 * Handles items together, in one transaction. When that fails it does so for each half, until the item that cannot be
 * handled is alone: it goes with the dead letters, after `setAside`, and its neighbours are not held up. Rejects while
 * the datastore is away, which is nobody's fault: everything is handed out again, and repeating is harmless.
 */
export async function isolate<T>(
  items: readonly T[],
  handle: (items: readonly T[]) => Promise<void>,
  setAside: (item: T, cause: unknown) => Promise<void> | void,
): Promise<Verdict[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    await handle(items);
    return items.map(() => 'ack');
  } catch (cause) {
    if (cause instanceof DatastoreUnavailableError) throw cause;
    if (items.length === 1) {
      await setAside(first, cause);
      return [{ deadLetter: cause instanceof Error ? cause.message : String(cause) }];
    }
  }
  const half = items.length >> 1;
  const verdicts = await isolate(items.slice(0, half), handle, setAside);
  return [...verdicts, ...(await isolate(items.slice(half), handle, setAside))];
}

/** A delivery's body once it is read, or why it cannot be. */
export type Decoded<T> = { body: T } | { invalid: string };

export function decode<T>(schema: z.ZodType<T>, body: unknown): Decoded<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? { body: parsed.data } : { invalid: z.prettifyError(parsed.error) };
}

/** As {@link isolate}, for deliveries: what cannot be read goes with the dead letters, the rest is handled together. */
export async function isolateDecoded<T>(
  batch: readonly Decoded<T>[],
  handle: (bodies: readonly T[]) => Promise<void>,
  setAside: (body: T, cause: unknown) => Promise<void> | void = () => undefined,
): Promise<Verdict[]> {
  const bodies = batch.flatMap((decoded) => ('body' in decoded ? [decoded.body] : []));
  const verdicts = (await isolate(bodies, handle, setAside)).values();
  return batch.map((decoded) => ('invalid' in decoded ? { deadLetter: decoded.invalid } : verdicts.next().value!));
}
