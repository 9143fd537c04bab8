import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Owner } from './owner';

const BATCH = 16;

/**
 * FIFOs for the output of processes. Pipes made by Node are socket pairs, which cannot be opened by name:
 * `echo warning > /dev/stderr` fails on them. One for both streams keeps their lines in order.
 */
export class FifoPool {
  private readonly free: string[] = [];
  private making: Promise<void> | undefined;
  private made = 0;

  constructor(
    private readonly directory: string,
    private readonly owner: Owner,
  ) {}

  /** A FIFO that nobody has open. */
  async take(): Promise<string> {
    for (;;) {
      const path = this.free.pop();
      if (path !== undefined) return path;
      await (this.making ??= this.make().finally(() => (this.making = undefined)));
    }
  }

  /** Takes one back whose end was read: no process holds it for writing any more. */
  giveBack(path: string): void {
    this.free.push(path);
  }

  /** For one that some process may still write to. */
  async discard(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  private async make(): Promise<void> {
    const paths = Array.from({ length: BATCH }, () => join(this.directory, `output-${this.made++}`));
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
    for (const path of paths) this.owner.own(path);
    this.free.push(...paths);
  }
}

/** The reading end of a FIFO. */
export class OutputReader {
  private readonly fd: number;
  private socket: Socket | undefined;
  private ended: Promise<true> | undefined;

  constructor(path: string) {
    this.fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** Starts to read. Only once there is a writer: on some systems a FIFO without one is at its end. */
  follow(output: (chunk: Uint8Array) => void): void {
    const socket = (this.socket = new Socket({ fd: this.fd, readable: true, writable: false }));
    socket.on('data', output);
    socket.on('error', () => undefined); // `close` follows
    this.ended = new Promise((resolve) => socket.once('close', () => resolve(true)));
  }

  /** Whether all has been read and all writers are gone, at the latest after `ms`. */
  async endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
    try {
      return await Promise.race([this.ended ?? true, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (this.socket) this.socket.destroy();
    else closeSync(this.fd);
  }
}
