import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Logger } from '@tork/observability';
import type { WebConfig } from '../config';
import type { Identity } from './identity';

/** One key for everybody. */
export class KeyAuth {
  private readonly digest: Buffer;

  /** Without a configured key it makes one up, and logs it at debug level: there is no other way to learn it. */
  constructor({ key }: WebConfig['keyauth'], log: Logger) {
    const effective = key || randomBytes(32).toString('base64url');
    if (!key) log.debug(`API key: ${effective}`);
    this.digest = digestOf(Buffer.from(effective));
  }

  /** Takes as long for any text. */
  login(value: string): Identity | undefined {
    // Node hands over each byte of a header as one character.
    return timingSafeEqual(digestOf(Buffer.from(value, 'latin1')), this.digest)
      ? { via: 'key', scope: 'admin' }
      : undefined;
  }
}

const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
