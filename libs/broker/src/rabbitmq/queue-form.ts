import type { Options } from 'amqplib';
import { DEAD_LETTER_QUEUE, MAX_PRIORITY, PRIVATE_QUEUE_PREFIX, isTaskQueue } from '@tork/core';

/** What the configuration says about queues; `broker.rabbitmq.*`. */
export interface QueueSettings {
  /** Whether classic queues outlive a restart of RabbitMQ. */
  durable: boolean;
  type: 'classic' | 'quorum';
  /** Milliseconds. */
  consumerTimeoutMs: number;
}

/** A heartbeat that nobody took for so long says nothing any more. */
const HEARTBEAT_TTL_MS = 60_000;

/** Whether a queue belongs to one process, which alone declares and consumes it. */
export const isPrivateQueue = (name: string): boolean =>
  name.startsWith(PRIVATE_QUEUE_PREFIX) && name !== DEAD_LETTER_QUEUE;

/**
 * How a queue is declared: the same by all who use it, and for durable classic queues as by Tork 0.1.153. RabbitMQ
 * refuses a declaration that differs from the queue that is there.
 */
export function formOf(queue: string, settings: QueueSettings): Options.AssertQueue {
  const timeout = { 'x-consumer-timeout': settings.consumerTimeoutMs };
  if (isPrivateQueue(queue)) return { exclusive: true, durable: false, arguments: timeout };
  const priorities = isTaskQueue(queue) && settings.type === 'classic' ? { 'x-max-priority': MAX_PRIORITY } : {};
  const ttl = queue === 'heartbeat' ? { 'x-message-ttl': HEARTBEAT_TTL_MS } : {};
  return {
    durable: settings.durable || settings.type === 'quorum',
    arguments: { ...timeout, 'x-queue-type': settings.type, ...priorities, ...ttl },
  };
}
