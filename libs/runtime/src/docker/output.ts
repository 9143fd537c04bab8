import { StringDecoder } from 'node:string_decoder';
import { HiddenTexts } from '@tork/core';
import type { HidingStream } from '@tork/core';

const HEADER_BYTES = 8;

/**
 * Takes apart what the daemon sends of a container's output: frames, each with a header that holds the stream and the
 * length of its payload. Payloads are passed on as they come, whole or in pieces, in the order of the frames.
 */
export class OutputDemultiplexer {
  private readonly header = Buffer.alloc(HEADER_BYTES);
  private headerBytes = 0;
  private payloadBytes = 0;

  constructor(private readonly output: (chunk: Uint8Array) => void) {}

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.payloadBytes > 0) {
        const piece = chunk.subarray(at, at + this.payloadBytes);
        this.payloadBytes -= piece.length;
        at += piece.length;
        this.output(piece);
      } else {
        const copied = chunk.copy(this.header, this.headerBytes, at, at + HEADER_BYTES - this.headerBytes);
        at += copied;
        this.headerBytes = (this.headerBytes + copied) % HEADER_BYTES;
        if (this.headerBytes === 0) this.payloadBytes = this.header.readUInt32BE(4);
      }
    }
  }
}

const TAIL_LINES = 10;
/** Lines longer than this together are cut at their beginning. */
const TAIL_BYTES = 32 * 1024;

/** Keeps the last lines of an output, without hidden texts: of one that is cut off nobody would know the rest. */
export class OutputTail {
  private readonly decoder = new StringDecoder('utf8');
  private readonly stream: HidingStream;
  private chunks: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly hidden = new HiddenTexts()) {
    this.stream = hidden.stream();
  }

  write(chunk: Uint8Array): void {
    this.keep(this.hidden.isEmpty ? chunk : Buffer.from(this.stream.push(this.decoder.write(chunk as Buffer))));
  }

  /** The last ten lines, without control characters. Nothing is written afterwards. */
  get text(): string {
    if (!this.hidden.isEmpty) this.keep(Buffer.from(this.stream.push(this.decoder.end()) + this.stream.end()));
    this.shrink();
    const printable = Buffer.concat(this.chunks)
      .toString()
      .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '');
    const lines = printable.split(/(?<=\n)/);
    return lines.slice(-TAIL_LINES).join('');
  }

  private keep(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes > 2 * TAIL_BYTES || this.chunks.length > 1000) this.shrink();
  }

  private shrink(): void {
    // a copy: a slice would keep the whole of a large chunk in memory
    const tail = Buffer.from(Buffer.concat(this.chunks).subarray(-TAIL_BYTES));
    this.chunks = [tail];
    this.bytes = tail.length;
  }
}
