import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthRegistry, Logger } from '@tork/observability';

/** Ports that are tried in turn where none is configured. */
const FIRST_PORT = 8001;
const LAST_PORT = 8099;
const ALLOWED = 'GET, OPTIONS';

export interface HealthServerOptions {
  /** `host:port` or `:port` to listen at; empty for the first free port of 8001…8099 on all interfaces. */
  address: string;
  version: string;
  health: Pick<HealthRegistry, 'status'>;
  log: Logger;
}

/** The worker's own HTTP server. It knows one route, `GET /health`, so it does without a framework. */
export class HealthServer {
  private readonly server: Server;

  constructor(private readonly options: HealthServerOptions) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((err: unknown) => {
        this.options.log.error({ err }, 'health request not answered');
        response.destroy();
      });
    });
  }

  /** Resolves with the port. Rejects when the configured address cannot be had, or no port is free. */
  async start(): Promise<number> {
    const { address } = this.options;
    if (address !== '') {
      await this.listen(parseAddress(address)).catch((cause: Error) => {
        throw new Error(`worker.address: cannot listen at ${address}: ${cause.message}`, { cause });
      });
      return this.port();
    }
    for (let port = FIRST_PORT; port <= LAST_PORT; port++) {
      if (await this.isFree(port)) return port;
    }
    throw new Error(`no port from ${FIRST_PORT} to ${LAST_PORT} is free: name one in worker.address`);
  }

  /** Safe to call twice, and without a start. */
  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async isFree(port: number): Promise<boolean> {
    try {
      await this.listen({ port });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
      throw error;
    }
  }

  private listen(at: { host?: string; port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(at, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    const send = (status: number, body: object) => {
      const indent = new URLSearchParams(query).has('pretty') ? 2 : undefined;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body, null, indent)}\n`);
    };
    if (path !== '/health') return send(404, { message: 'Not Found' });
    if (request.method !== 'GET') response.setHeader('allow', ALLOWED);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method !== 'GET') return send(405, { message: 'Method Not Allowed' });
    const status = await this.options.health.status();
    send(status === 'UP' ? 200 : 503, { status, version: this.options.version });
  }
}

/** `host:port`, `:port` or `[::1]:port`; undefined when it is none of these. */
export function addressOf(text: string): { host?: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/i.exec(text);
  if (!match || Number(match[3]) > 65_535) return undefined;
  const host = match[1] || match[2];
  return { ...(host && { host }), port: Number(match[3]) };
}

function parseAddress(text: string): { host?: string; port: number } {
  const address = addressOf(text);
  if (!address) throw new Error(`expected host:port, found ${JSON.stringify(text)}`);
  return address;
}
