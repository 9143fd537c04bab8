import type { ConsumeMessage } from 'amqplib';
import { DEAD_LETTER_QUEUE } from '@tork/core';
import type { BrokerLog } from '../log';
import type { Publisher } from './publisher';

/** A header is no place for long texts: the broker bounds the size of all of them together. */
const MAX_REASON_LENGTH = 2_000;

/** Where messages go that nobody can handle: their bytes as they came, the circumstances in headers. */
export class DeadLetters {
  constructor(
    private readonly publisher: Pick<Publisher, 'publish'>,
    private readonly log: BrokerLog,
  ) {}

  /** Resolves once the dead letter is safe, so that the message itself may be acked. */
  async bury(queue: string, message: ConsumeMessage, reason: string): Promise<void> {
    this.log.error({ queue, reason, size: message.content.length }, 'message put with the dead letters');
    const headers = {
      'x-tork-reason': reason.slice(0, MAX_REASON_LENGTH),
      'x-tork-queue': queue,
      'x-tork-at': new Date().toISOString(),
    };
    const contentType: unknown = message.properties.contentType;
    const properties = { headers, ...(typeof contentType === 'string' ? { contentType } : {}) };
    await this.publisher.publish([{ queue: DEAD_LETTER_QUEUE, content: message.content, properties }]);
  }
}

/** The body of a delivery, or why there is none. */
export function decodeBody(queue: string, content: Buffer): { body: unknown } | { undecodable: string } {
  const text = content.toString('utf8');
  try {
    return { body: JSON.parse(text) };
  } catch {
    // Whoever looks at the dead letters wants those that are no JSON, too; anywhere else they can only be put there.
    return queue === DEAD_LETTER_QUEUE ? { body: text } : { undecodable: 'the body is no JSON' };
  }
}
