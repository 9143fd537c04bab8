import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Which way bytes no longer pass: what the client sends, what it gets back, or both. */
export type StalledDirection = 'requests' | 'answers' | 'both';

/** A TCP proxy on 127.0.0.1 in front of a service, by which a test plays a broken network. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The service's URL with the proxy's host and port in it. */
  readonly url: string;
  /** Connections open at the moment. */
  readonly connections: number;
  /** Resets every connection. New ones are taken. */
  cut(): void;
  /** Connections stay, and new ones are taken, but nothing passes: a network that swallows packets. */
  stall(direction?: StalledDirection): void;
  /** Resets every connection and refuses new ones, as a service does that is down. Resolves once it refuses. */
  refuse(): Promise<void>;
  /** Back to passing everything; bytes held back by a stall pass now. Resolves once connections are taken. */
  resume(): Promise<void>;
  /** Resets every connection and stops listening. */
  close(): Promise<void>;
}

/** Starts a proxy in front of the service that a URL with host and port names. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const proxy = new FaultProxy(new URL(target));
  await proxy.listen();
  return proxy;
}

/** Where a service listens whose URL leaves the port to its scheme. */
const DEFAULT_PORTS: Record<string, number> = { 'amqp:': 5672, 'postgres:': 5432, 'postgresql:': 5432, 'http:': 80 };

/** The two ends of one connection. */
interface Pair {
  client: Socket;
  service: Socket;
}

class FaultProxy implements TcpProxy {
  port = 0;
  private readonly pairs = new Set<Pair>();
  private server: Server | undefined;
  private stalled: StalledDirection | undefined;

  constructor(private readonly target: URL) {}

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  get connections(): number {
    return this.pairs.size;
  }

  async listen(): Promise<void> {
    this.server = createServer({ noDelay: true }, (client) => this.accept(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const { client, service } of this.pairs) {
      reset(client);
      reset(service);
    }
    this.pairs.clear();
  }

  stall(direction: StalledDirection = 'both'): void {
    this.stalled = direction;
    this.pairs.forEach((pair) => this.passOrHold(pair));
  }

  async refuse(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.cut();
    await closed;
  }

  async resume(): Promise<void> {
    this.stalled = undefined;
    this.pairs.forEach((pair) => this.passOrHold(pair));
    if (!this.server) await this.listen();
  }

  close(): Promise<void> {
    return this.refuse();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private accept(client: Socket): void {
    const port = Number(this.target.port || DEFAULT_PORTS[this.target.protocol]);
    const service = connect({ host: this.target.hostname, port, noDelay: true });
    const pair = { client, service };
    this.pairs.add(pair);
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
    this.passOrHold(pair);
  }

  private passOrHold({ client, service }: Pair): void {
    hold(client, service, this.stalled === 'requests' || this.stalled === 'both');
    hold(service, client, this.stalled === 'answers' || this.stalled === 'both');
  }
}

/**
 * A socket that is about to say goodbye can only be destroyed: resetting it fails half-way, and Node 20 then waits for
 * its handle for ever, in a hot loop, when the process is about to exit.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** An unpiped, paused socket reads nothing, so that after a while its peer's writes back up, too. */
function hold(from: Socket, to: Socket, held: boolean): void {
  from.unpipe(to);
  if (held) from.pause();
  else from.pipe(to);
}
