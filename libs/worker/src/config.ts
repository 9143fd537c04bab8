import { duration, int, mapOf, text } from '@tork/config';
import { DEFAULT_QUEUE, DurationError, parseDuration } from '@tork/core';
import { z } from 'zod';
import { addressOf } from './health-server';

/** A duration that stays text, because tasks are shown it as theirs. Empty is none. */
const taskTimeout = text.superRefine((value, context) => {
  try {
    if (value !== '') parseDuration(value);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    context.addIssue(`expected a duration such as 30m: ${error.message}`);
  }
});

const address = text.refine((value) => value === '' || addressOf(value) !== undefined, {
  error: 'expected host:port or :port',
});

/** The keys `worker.*`. */
export const workerConfig = z
  .strictObject({
    /** Where `GET /health` is served; empty = the first free port of 8001…8099. */
    address: address.prefault(''),
    /** Name of the node in `GET /nodes`. */
    name: text.prefault('Worker'),
    /** Tasks that run at the same time, by queue; 0 leaves a queue out. Coordinator queues are ignored. */
    queues: mapOf(int.pipe(z.int().min(0).max(10_000)))
      .prefault({})
      .transform((queues) => (Object.keys(queues).length > 0 ? queues : { [DEFAULT_QUEUE]: 1 })),
    /** What a task gets where neither it nor its job's `defaults` say anything. */
    limits: z
      .strictObject({ cpus: text.prefault(''), memory: text.prefault(''), timeout: taskTimeout.prefault('') })
      .prefault({}),
    heartbeat: z
      .strictObject({
        interval: duration.pipe(z.number().min(10, 'expected a duration of at least 10ms')).prefault('5s'),
      })
      .prefault({}),
    /** How long the coordinators let a silent node keep its tasks; no more than `coordinator.lease`. */
    lease: duration.prefault('20s'),
    /** A run that lasts longer gives up its delivery; at most half of `broker.rabbitmq.consumer.timeout`. */
    release: z.strictObject({ after: duration.prefault('10s') }).prefault({}),
    shutdown: z
      .strictObject({
        /** How long running tasks may go on when the worker is told to stop; then they are handed back. */
        grace: duration.prefault('15s'),
      })
      .prefault({}),
    abort: z
      .strictObject({
        /** How long a cancelled or timed-out run may take to end before its slot is given free without it. */
        grace: duration.prefault('30s'),
      })
      .prefault({}),
  })
  .superRefine(({ heartbeat, lease }, context) => {
    if (heartbeat.interval * 2 <= leaseWithMargin(lease)) return;
    const message = 'expected at most three eighths of worker.lease, or one lost heartbeat ends the lease';
    context.addIssue({ code: 'custom', path: ['heartbeat', 'interval'], message });
  });
export type WorkerConfig = z.output<typeof workerConfig>;

/** The part of the lease that a worker relies on: a quarter is left to end its tasks before they run elsewhere. */
export const leaseWithMargin = (leaseMs: number): number => (leaseMs * 3) / 4;
