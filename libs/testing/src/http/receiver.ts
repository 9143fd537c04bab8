import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were on the wire. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
  readonly at: number;
}

/** A status, or whatever else is to be done with the response. */
export type ReceiverAnswer = number | ((response: ServerResponse, call: ReceivedCall) => void);

export interface ReceiverOptions {
  /** Default: any that is free. */
  port?: number;
  /** By path without query, one after the other; the last one stays. Default 200. */
  answers?: Readonly<Record<string, readonly ReceiverAnswer[]>>;
}

/** An HTTP server that notes what it is asked, and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** In the order of their arrival; of one path, without query, or of all. */
  calls(path?: string): readonly ReceivedCall[];
  /** Breaks all connections. Idempotent; at the end of a test file at the latest. */
  close(): Promise<void>;
}

export async function startReceiver({ answers = {}, port = 0 }: ReceiverOptions = {}): Promise<Receiver> {
  const calls: ReceivedCall[] = [];
  const left = new Map(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { headers, method = '', rawHeaders, url: path = '' } = request;
      const text = Buffer.concat(chunks).toString('utf8');
      const call = { method, path, headers, rawHeaders, text, at: Date.now() };
      calls.push(call);
      const list = left.get(pathOf(path)) ?? [200];
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? 200;
      if (typeof answer === 'function') answer(response, call);
      else response.writeHead(answer).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  afterTestFile.push(close);
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    calls: (path) => (path === undefined ? calls : calls.filter((call) => pathOf(call.path) === path)),
    close,
  };
}

const pathOf = (path: string): string => path.split('?')[0]!;
