import type { LogShipment } from '@tork/core';
import type { Delivery, Verdict } from '@tork/broker';
import type { Datastore } from '@tork/datastore';
import { z } from 'zod';
import { decode, isolateDecoded } from '../isolate';

const shipment = z.object({
  taskId: z.string().min(1).max(64),
  attempt: z.int().min(1),
  sequence: z.int().min(1),
  contents: z.string(),
  at: z.iso.datetime(),
}) satisfies z.ZodType<LogShipment>;

/** Stores what workers ship of their tasks' output: a batch, a transaction. Repeats are dropped by the store. */
export class LogIntake {
  constructor(private readonly datastore: Pick<Datastore, 'transaction'>) {}

  /** Rejects while the datastore is away. */
  handle(batch: readonly Delivery[]): Promise<Verdict[]> {
    return isolateDecoded(
      batch.map(({ body }) => decode(shipment, body)),
      { handle: (parts) => this.datastore.transaction((tx) => tx.writeLogs(parts)) },
    );
  }
}
