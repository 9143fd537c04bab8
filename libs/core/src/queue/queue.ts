/** Queues that only coordinators consume. No task can be routed to them. */
export const COORDINATOR_QUEUES = [
  'completed',
  'error',
  'heartbeat',
  'jobs',
  'logs',
  'pending',
  'progress',
  'redeliveries',
  'started',
] as const;
export type CoordinatorQueue = (typeof COORDINATOR_QUEUES)[number];

/** Where tasks go that name no queue. */
export const DEFAULT_QUEUE = 'default';
/** Queues with this prefix are Tork's own: a node's private queue, a subscriber's, the dead letters. */
export const PRIVATE_QUEUE_PREFIX = 'x-';
/** Messages that could not be handled, kept for a person to look at. */
export const DEAD_LETTER_QUEUE = 'x-dead-letters';
/** Highest task priority; served first. */
export const MAX_PRIORITY = 9;

/** A queue as `GET /queues` shows it. */
export interface QueueInfo {
  name: string;
  /** Messages that wait, those being handled not included. */
  size: number;
  subscribers: number;
  /** Messages handed to a consumer that has not settled them. */
  unacked: number;
}

export const isCoordinatorQueue = (name: string): name is CoordinatorQueue =>
  (COORDINATOR_QUEUES as readonly string[]).includes(name);

/** AMQP names are no longer, in bytes. */
const MAX_QUEUE_BYTES = 255;

/** Whether tasks can be routed there: neither a coordinator's queue nor a private one, nor too long for a name. */
export const isTaskQueue = (name: string): boolean =>
  name !== '' &&
  !isCoordinatorQueue(name) &&
  !name.startsWith(PRIVATE_QUEUE_PREFIX) &&
  Buffer.byteLength(name) <= MAX_QUEUE_BYTES;

/** What {@link isTaskQueue} asks for, as in "expected …". */
export const A_TASK_QUEUE = 'a queue that is not one of Tork’s own, of at most 255 bytes';

export const privateQueueOf = (nodeId: string): string => `${PRIVATE_QUEUE_PREFIX}${nodeId}`;
