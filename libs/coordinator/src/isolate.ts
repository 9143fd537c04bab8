import type { Verdict } from '@tork/broker';
import { DatastoreUnavailableError } from '@tork/datastore';
import { z } from 'zod';

/** How a batch is handled, and what becomes of an item that breaks it. */
export interface BatchWork<T> {
  /** Handles items together, in one transaction. May be called again with fewer of the same. */
  handle(items: readonly T[]): Promise<void>;
  /** Called before an item that cannot be handled goes with the dead letters. */
  setAside?(item: T, cause: unknown): Promise<void>;
  /**
   * For an item that the datastore does not take although it is not away (a statement that times out, a secret whose
   * key is missing): sees to it that the item comes again later. Goes with `isUp`.
   */
  postpone?(item: T, cause: DatastoreUnavailableError): Promise<void>;
  /** Whether the datastore answers at the moment. Without it one that fails is taken to be away. */
  isUp?(): Promise<boolean>;
}

/**
 * Handles items together. When that fails it does so for each half, until the item that is to blame is alone, so that
 * its neighbours are not held up. Rejects while the datastore is away: everything is handed out again, and repeating is
 * harmless.
 */
export async function isolate<T>(items: readonly T[], work: BatchWork<T>): Promise<Verdict[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    await work.handle(items);
    return items.map(() => 'ack');
  } catch (cause) {
    const unavailable = cause instanceof DatastoreUnavailableError;
    if (unavailable && !(await work.isUp?.())) throw cause;
    if (items.length === 1) return [await verdictOn(first, cause, work)];
  }
  const half = items.length >> 1;
  const verdicts = await isolate(items.slice(0, half), work);
  return [...verdicts, ...(await isolate(items.slice(half), work))];
}

async function verdictOn<T>(item: T, cause: unknown, { postpone, setAside }: BatchWork<T>): Promise<Verdict> {
  if (cause instanceof DatastoreUnavailableError) {
    await postpone?.(item, cause);
    return postpone ? 'ack' : 'requeue';
  }
  await setAside?.(item, cause);
  return { deadLetter: cause instanceof Error ? cause.message : String(cause) };
}

/** A delivery's body once it is read, or why it cannot be. */
export type Decoded<T> = { body: T } | { invalid: string };

export function decode<T>(schema: z.ZodType<T>, body: unknown): Decoded<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? { body: parsed.data } : { invalid: z.prettifyError(parsed.error) };
}

/** As {@link isolate}, for deliveries: what cannot be read goes with the dead letters, the rest is handled together. */
export async function isolateDecoded<T>(batch: readonly Decoded<T>[], work: BatchWork<T>): Promise<Verdict[]> {
  const bodies = batch.flatMap((decoded) => ('body' in decoded ? [decoded.body] : []));
  const verdicts = (await isolate(bodies, work)).values();
  return batch.map((decoded) => ('invalid' in decoded ? { deadLetter: decoded.invalid } : verdicts.next().value!));
}
