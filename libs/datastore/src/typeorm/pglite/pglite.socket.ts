import { Duplex } from 'node:stream';
import type { PgliteThread } from './pglite.thread';

interface Chunk {
  chunk: Buffer;
}

/**
 * What pg's client takes for its socket to a server: it speaks the protocol of Postgres with the embedded database. So
 * pooling, prepared statements, types and errors are pg's own, and the same as with a server.
 */
export class PgliteSocket extends Duplex {
  private connection: number | undefined;
  private unsent: Buffer[] = [];

  constructor(private readonly thread: PgliteThread) {
    super();
  }

  /** Called by pg instead of `net.Socket.connect`. */
  connect(): this {
    this.thread.start().then(
      () => {
        if (this.destroyed) return;
        this.connection = this.thread.connect({
          answer: (bytes) => {
            if (bytes.length > 0) this.push(bytes);
          },
          lost: (cause) => this.destroy(cause),
        });
        this.emit('connect');
      },
      (cause: Error) => this.destroy(cause),
    );
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.sendSoon(chunk);
    done();
  }

  override _writev(chunks: Chunk[], done: (error?: Error) => void): void {
    for (const { chunk } of chunks) this.sendSoon(chunk);
    done();
  }

  override _final(done: (error?: Error) => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.connection !== undefined) this.thread.disconnect(this.connection);
    done(error);
  }

  // What else pg calls on a socket, without a meaning here.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /** What is written in one go travels, and is answered, as one message: each costs a switch between threads. */
  private sendSoon(chunk: Buffer): void {
    if (this.unsent.length === 0) queueMicrotask(() => this.send());
    this.unsent.push(chunk);
  }

  private send(): void {
    const bytes = Buffer.concat(this.unsent);
    this.unsent = [];
    if (this.connection !== undefined) this.thread.send(this.connection, bytes);
  }
}
