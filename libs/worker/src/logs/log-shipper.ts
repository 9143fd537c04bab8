import { StringDecoder } from 'node:string_decoder';
import { HiddenTexts } from '@tork/core';
import type { HidingStream, LogShipment } from '@tork/core';
import { LogBuffer } from './log-buffer';
import { partsOf } from './log-parts';

export interface LogShipperOptions {
  taskId: string;
  attempt: number;
  /** Resolves when the part is safe. */
  send(part: LogShipment): Promise<void>;
  /** Output was lost because it could not be sent. The run goes on. */
  onLoss(error: unknown): void;
  /** What the output must not show. */
  hidden?: HiddenTexts;
  /** How long output is collected before it is shipped. Default 1,000. */
  intervalMs?: number;
  /** How much output may wait while the broker is away, in characters. Default 8 Mi. */
  bufferChars?: number;
}

/** Output beyond this is shipped at once, so that only an absent broker makes the buffer overflow. */
const EAGER_CHARS = 256 * 1024;

/**
 * Ships the output of one run. Characters that arrive in pieces are put together, invalid bytes become U+FFFD, NUL
 * characters (which Postgres cannot store) are left out, and hidden texts are replaced, in whatever pieces they arrive. A run without output costs nothing; no timer runs while
 * nothing waits.
 */
export class LogShipper {
  private readonly decoder = new StringDecoder('utf8');
  private readonly hiding: HidingStream;
  private readonly buffer: LogBuffer;
  private readonly intervalMs: number;
  private readonly eagerChars: number;
  private sequence = 0;
  private timer: NodeJS.Timeout | undefined;
  private shipping: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: LogShipperOptions) {
    const bufferChars = options.bufferChars ?? 8 * 1024 * 1024;
    this.hiding = (options.hidden ?? new HiddenTexts()).stream();
    this.buffer = new LogBuffer(bufferChars);
    this.intervalMs = options.intervalMs ?? 1_000;
    this.eagerChars = Math.min(EAGER_CHARS, bufferChars / 2);
  }

  /** Takes output as it comes; never waits. The chunk may be reused afterwards. */
  write(chunk: Uint8Array): void {
    if (!this.closed) this.collect(this.decoder.write(chunk as Buffer));
  }

  /** Takes nothing more; resolves when all output is safe. */
  async close(): Promise<void> {
    if (!this.closed) {
      this.collect(this.decoder.end());
      this.keep(this.hiding.end());
    }
    this.closed = true;
    while (this.shipping || this.buffer.size > 0) await this.ship();
    clearTimeout(this.timer);
  }

  private collect(decoded: string): void {
    this.keep(this.hiding.push(decoded.includes('\0') ? decoded.replaceAll('\0', '') : decoded));
  }

  private keep(text: string): void {
    if (text === '') return;
    this.buffer.push(text);
    this.shipSoon();
  }

  private shipSoon(): void {
    if (this.shipping || this.buffer.size === 0) return;
    if (this.buffer.size >= this.eagerChars) void this.ship();
    else this.timer ??= setTimeout(() => void this.ship(), this.intervalMs).unref();
  }

  /** Sends what waits, unless something is on its way: then what waits goes next. Never rejects. */
  private ship(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shipping ??= this.send(this.buffer.take()).finally(() => {
      this.shipping = undefined;
      this.shipSoon();
    });
    return this.shipping;
  }

  private async send(text: string): Promise<void> {
    const { taskId, attempt, send, onLoss } = this.options;
    const at = new Date().toISOString();
    try {
      await Promise.all(
        partsOf(text).map((contents) => send({ taskId, attempt, sequence: ++this.sequence, contents, at })),
      );
    } catch (error) {
      onLoss(error);
    }
  }
}
