import type { CoordinatorQueue } from '@tork/core';
import type { Delivery } from '@tork/broker';
import { z } from 'zod';
import type { CoordinatorEvent } from './event-handler';

const id = z.string().min(1).max(64);
const report = { jobId: id, taskId: id, attempt: z.int().min(1), nodeId: id };
const ran = { ranMs: z.number().min(0).optional() };

/** What may stand in each queue that changes jobs. Messages are our own, but a queue is open to whoever reaches it. */
const BODIES = {
  jobs: z.object({ type: z.enum(['start', 'cancel', 'restart']), jobId: id }),
  pending: z.object({ type: z.literal('pending'), jobId: id, taskId: id }),
  started: z.object({ type: z.literal('started'), ...report, ...ran }),
  completed: z.object({ type: z.literal('completed'), ...report, ...ran, result: z.string().optional() }),
  error: z.object({ type: z.literal('failed'), ...report, ...ran, error: z.string() }),
  progress: z.object({ type: z.literal('progress'), ...report, progress: z.number() }),
  redeliveries: z.object({
    type: z.literal('redelivered'),
    jobId: id,
    taskId: id,
    attempt: z.int().min(1),
    reason: z.enum(['vanished', 'lost', 'missing', 'returned']),
    nodeId: id.optional(),
  }),
} satisfies Partial<Record<CoordinatorQueue, z.ZodType>>;

/** The queues whose messages change jobs and tasks. */
export const EVENT_QUEUES = Object.keys(BODIES) as (keyof typeof BODIES)[];

/** The event of a delivery, or why it is none: such a message is kept for a person to look at. */
export function decodeEvent(delivery: Pick<Delivery, 'queue' | 'body'>): CoordinatorEvent | { invalid: string } {
  const schema = BODIES[delivery.queue as keyof typeof BODIES];
  if (!schema) return { invalid: `no handler for queue ${delivery.queue}` };
  const parsed = schema.safeParse(delivery.body);
  return parsed.success ? parsed.data : { invalid: z.prettifyError(parsed.error) };
}
