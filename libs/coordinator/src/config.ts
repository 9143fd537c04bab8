import { COORDINATOR_QUEUES } from '@tork/core';
import { duration, int, mapOf } from '@tork/config';
import { z } from 'zod';
import { webhooksConfig } from './webhooks/config';

const atLeast = (ms: number, written: string) =>
  duration.pipe(z.number().min(ms, `expected a duration of at least ${written}`));

/** The keys `coordinator.*` of this role; the API has its own below the same name. */
export const coordinatorConfig = z.strictObject({
  /** Name of the node in `GET /nodes`. */
  name: z.string().prefault('Coordinator'),
  /** Consumers per coordinator queue; names of other queues are ignored. */
  queues: mapOf(int.transform((n) => Math.max(1, n))).prefault({}),
  batch: z
    .strictObject({
      /** Most messages that one transaction handles. */
      size: int.pipe(z.int().min(1).max(10_000)).prefault(256),
    })
    .prefault({}),
  /** How long a silent node keeps its tasks. No `worker.lease` may be longer. */
  lease: atLeast(1_000, '1s').prefault('20s'),
  /** Between two looks for lost messages and dead nodes. */
  sweep: z.strictObject({ interval: atLeast(10, '10ms').prefault('3s') }).prefault({}),
  heartbeat: z.strictObject({ interval: atLeast(10, '10ms').prefault('5s') }).prefault({}),
  redelivery: z
    .strictObject({
      /** A task handed out again more often than this fails. */
      limit: int.pipe(z.int().min(0).max(1_000)).prefault(5),
    })
    .prefault({}),
  webhooks: webhooksConfig.prefault({}),
});
export type CoordinatorConfig = z.output<typeof coordinatorConfig>;

/** Consumers of each coordinator queue, as `coordinator.queues` says. */
export const consumersOf = (config: CoordinatorConfig): Record<string, number> =>
  Object.fromEntries(
    COORDINATOR_QUEUES.flatMap((queue) => (config.queues[queue] ? [[queue, config.queues[queue]]] : [])),
  );
