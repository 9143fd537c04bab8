import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, RequestCancelledError } from './errors';

/**
 * How much of a body that is too long is still read and dropped, so that a client that writes it all before it reads
 * gets its 413 instead of a broken connection.
 */
const MAX_DROPPED = 16 * 1024 * 1024;

/** Reads a body as it is. Rejects with {@link BodyTooLargeError} when it is longer than `limit` bytes. */
export function readBody(stream: NodeJS.ReadableStream, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else if (length > limit + MAX_DROPPED) reject(new BodyTooLargeError());
      else chunks.length = 0;
    });
    const abandoned = (cause?: Error) => reject(new RequestCancelledError({ cause }));
    stream.on('end', () => {
      stream.off('close', abandoned); // an error per request, and its stack, would cost more than all else here
      if (length > limit) reject(new BodyTooLargeError());
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    stream.on('error', abandoned);
    stream.on('close', abandoned);
  });
}

/** Whether the headers alone say that the body is longer than `limit` bytes. */
export const announcesTooMuch = (request: IncomingMessage, limit: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > limit;
