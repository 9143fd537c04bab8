/** What is kept, and cut out, at a time. Small enough to cut precisely, large enough to keep the pieces few. */
const PIECE_CHARS = 16 * 1024;

/**
 * Output that waits to be shipped, in bounded memory. While the broker is away a task may write more than fits: then
 * the beginning and the latest output stay, and a line in between says how much is missing.
 */
export class LogBuffer {
  private head = '';
  private tail: string[] = [];
  private tailChars = 0;
  private droppedBytes = 0;
  private readonly halfChars: number;

  /** @param limitChars how much is kept, half of it for the beginning */
  constructor(limitChars: number) {
    this.halfChars = Math.max(PIECE_CHARS, limitChars / 2);
  }

  /** Characters that wait. */
  get size(): number {
    return this.head.length + this.tailChars;
  }

  push(text: string): void {
    for (let rest = text; rest !== '';) {
      const piece = rest.slice(0, wholeChars(rest, PIECE_CHARS));
      rest = rest.slice(piece.length);
      if (this.tail.length === 0 && this.head.length + piece.length <= this.halfChars) this.head += piece;
      else this.pushTail(piece);
    }
  }

  /** Everything that waits, and empties the buffer. */
  take(): string {
    const gap = this.droppedBytes > 0 ? `\n… ${this.droppedBytes} bytes dropped …\n` : '';
    const text = this.head + gap + this.tail.join('');
    this.head = '';
    this.tail = [];
    this.tailChars = 0;
    this.droppedBytes = 0;
    return text;
  }

  private pushTail(piece: string): void {
    const last = this.tail.length - 1;
    if (last >= 0 && this.tail[last]!.length + piece.length <= PIECE_CHARS) this.tail[last] += piece;
    else this.tail.push(piece);
    this.tailChars += piece.length;
    while (this.tailChars > this.halfChars) {
      const oldest = this.tail.shift()!;
      this.tailChars -= oldest.length;
      this.droppedBytes += Buffer.byteLength(oldest);
    }
  }
}

/** The largest length up to `limit` that does not cut a character apart. */
function wholeChars(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const lastUnit = text.charCodeAt(limit - 1);
  const isHighSurrogate = lastUnit >= 0xd800 && lastUnit < 0xdc00;
  return isHighSurrogate ? limit - 1 : limit;
}
