import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { parseResponse } from './response';
import type { Response } from './response';

interface Waiting {
  resolve(response: Response): void;
  reject(error: Error): void;
}

/**
 * HTTP/1.1 on a few sockets, requests pipelined, nothing parsed that is not needed: the load shares the processors with
 * what it measures, and node:http's client takes several times as much of them.
 */
export class Pipeline {
  private next = 0;

  private constructor(private readonly lanes: readonly Lane[]) {}

  static async open(url: string, sockets = 4): Promise<Pipeline> {
    const { hostname, port } = new URL(url);
    return new Pipeline(await Promise.all(Array.from({ length: sockets }, () => Lane.open(hostname, Number(port)))));
  }

  /** Sends what {@link request} made. The sockets take turns. */
  send(request: Buffer): Promise<Response> {
    this.next = (this.next + 1) % this.lanes.length;
    return this.lanes[this.next]!.send(request);
  }

  /** Resolves with the decoded answer; rejects unless it is 200. */
  async ask<T>(request: Buffer): Promise<T> {
    const { status, body } = await this.send(request);
    if (status !== 200) throw new Error(`${firstLine(request)} was answered ${status}: ${body.toString()}`);
    return JSON.parse(body.toString()) as T;
  }

  close(): void {
    for (const lane of this.lanes) lane.close();
  }
}

const firstLine = (request: Buffer): string => request.toString('latin1', 0, request.indexOf('\r\n'));

/** A request in bytes, to be sent as often as one likes. */
export function request(method: 'GET' | 'POST', path: string, body = ''): Buffer {
  const length = Buffer.byteLength(body);
  const about = length > 0 ? `content-type: application/json\r\ncontent-length: ${length}\r\n` : '';
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${about}\r\n${body}`);
}

/** One socket: answers come in the order of the requests. */
class Lane {
  private readonly waiting: Waiting[] = [];
  private received: Buffer = Buffer.alloc(0);
  private isCorked = false;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the API closed the connection')));
  }

  static open(host: string, port: number): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => resolve(new Lane(socket.off('error', reject))));
      socket.once('error', reject);
    });
  }

  send(request: Buffer): Promise<Response> {
    if (this.socket.destroyed) return Promise.reject(new Error('the API closed the connection'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.cork();
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  /** What is sent in one go of the event loop leaves in one system call. */
  private cork(): void {
    if (this.isCorked) return;
    this.isCorked = true;
    this.socket.cork();
    setImmediate(() => {
      this.isCorked = false;
      this.socket.uncork();
    });
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length > 0 ? Buffer.concat([this.received, chunk]) : chunk;
    let offset = 0;
    try {
      for (;;) {
        const parsed = parseResponse(this.received, offset);
        if (!parsed) break;
        offset = parsed.end;
        this.waiting.shift()?.resolve(parsed.response);
      }
    } catch (error) {
      this.socket.destroy(error as Error);
    }
    this.received = this.received.subarray(offset);
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
