/** Postgres takes less than 8000 bytes in a notification. */
const CHUNK = 7_000;

/**
 * An event as the notifications of one transaction, in order. Base64, because a cut must not fall into a character;
 * numbered, because Postgres sends equal notifications of a transaction once.
 */
export function toNotifications(event: string): string[] {
  const encoded = Buffer.from(event).toString('base64');
  const count = Math.max(1, Math.ceil(encoded.length / CHUNK));
  return Array.from({ length: count }, (_, n) => `${n + 1}/${count} ${encoded.slice(n * CHUNK, (n + 1) * CHUNK)}`);
}

/** Puts events together again. Postgres sends what one transaction notified in one piece. */
export class EventReader {
  private chunks: string[] = [];

  /** The event that this notification completes. */
  read(notification: string): string | undefined {
    const [, number, count, chunk = ''] = /^(\d+)\/(\d+) (.*)$/s.exec(notification) ?? [];
    if (number === '1') this.chunks = [];
    this.chunks.push(chunk);
    return number === count ? Buffer.from(this.chunks.join(''), 'base64').toString() : undefined;
  }
}
