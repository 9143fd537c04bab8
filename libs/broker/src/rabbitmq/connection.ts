import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { Backoff, pause } from '../backoff';
import { BrokerClosedError, BrokerUnavailableError } from '../errors';
import type { BrokerLog } from '../log';
import type { Address } from './address';
import { Bell } from './bell';
import { within } from './deadline';

/** TCP connection and AMQP handshake together. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The farewell, after which the socket is destroyed anyway. */
const CLOSE_TIMEOUT_MS = 2_000;
/** A connection that held for so long was a good one: the next reconnect may begin at once. */
const STABLE_MS = 5_000;

/**
 * One AMQP connection, opened again for ever once it has been open. What lives on it is put back by those who use it,
 * see {@link LastingChannel}.
 */
export class Connection {
  private model: ChannelModel | undefined;
  private readonly changes = new Bell();
  private readonly ended = new AbortController();
  private readonly backoff = new Backoff({ floorMs: 50, baseMs: 200, capMs: 10_000 });
  private life: Promise<void> | undefined;

  constructor(
    private readonly address: Address,
    /** Shown in RabbitMQ's list of connections, e.g. `publishing`. */
    readonly role: string,
    private readonly log: BrokerLog,
  ) {}

  /** The connection as it is now; `undefined` while there is none. */
  get current(): ChannelModel | undefined {
    return this.model;
  }

  /** Rejects when the first attempt fails. */
  async start(): Promise<void> {
    const model = await this.connect();
    if (!model) throw new BrokerClosedError();
    this.life = this.live(model);
  }

  /** Resolves with the connection once there is one, with `undefined` when it was closed for good or `signal` aborted. */
  async opened(signal?: AbortSignal): Promise<ChannelModel | undefined> {
    while (!this.model && !this.ended.signal.aborted && !signal?.aborted) await this.changes.next(signal);
    return signal?.aborted ? undefined : this.model;
  }

  /** Ends it for good. Idempotent, and safe before `start` or while a reconnect is under way. */
  async close(): Promise<void> {
    this.ended.abort();
    this.changes.ring();
    if (this.model) await end(this.model);
    await this.life;
  }

  private async live(first: ChannelModel): Promise<void> {
    let model: ChannelModel | undefined = first;
    while (model) {
      await this.use(model);
      model = await this.reconnect();
    }
  }

  /** Lends the connection out until it is lost. */
  private async use(model: ChannelModel): Promise<void> {
    const since = performance.now();
    const lost = closeOf(model);
    // Within the event, so that whoever sees a channel go can tell whether its connection went, too.
    model.once('close', () => (this.model = undefined));
    this.model = model;
    this.changes.ring();
    const cause = await lost;
    if (performance.now() - since > STABLE_MS) this.backoff.reset();
    // amqplib only ends its side; a peer that is gone would keep the socket, and with it the process, for minutes.
    socketOf(model).destroy();
    if (!this.ended.signal.aborted) this.log.warn({ err: cause, ...this.fields() }, 'connection to RabbitMQ lost');
  }

  private async reconnect(): Promise<ChannelModel | undefined> {
    while (!this.ended.signal.aborted) {
      await pause(this.backoff.next(), this.ended.signal);
      if (this.ended.signal.aborted) break;
      try {
        const model = await this.connect();
        if (model) this.log.info(this.fields(), 'connected to RabbitMQ again');
        return model;
      } catch (err) {
        this.log.warn({ err, ...this.fields() }, 'RabbitMQ cannot be reached; trying again');
      }
    }
    return undefined;
  }

  /** `undefined` when it was closed meanwhile. */
  private async connect(): Promise<ChannelModel | undefined> {
    let model: ChannelModel;
    try {
      model = await connect(this.address.connect, {
        noDelay: true, // or else small messages wait up to 40 ms for a delayed TCP ack
        keepAlive: true,
        timeout: CONNECT_TIMEOUT_MS,
        clientProperties: { connection_name: `tork ${this.role} (${hostname()} ${process.pid})` },
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BrokerUnavailableError(`no connection to RabbitMQ at ${this.address.place}: ${reason}`, { cause });
    }
    model.on('error', (err) => this.log.debug({ err, ...this.fields() }, 'connection error'));
    model.on('blocked', (reason) => this.log.warn({ reason, ...this.fields() }, 'RabbitMQ takes no messages for now'));
    model.on('unblocked', () => this.log.info(this.fields(), 'RabbitMQ takes messages again'));
    gatherWrites(socketOf(model));
    if (!this.ended.signal.aborted) return model;
    await end(model);
    return undefined;
  }

  private fields(): object {
    return { broker: this.address.place, connection: this.role };
  }
}

const closeOf = (model: ChannelModel) => new Promise<Error | undefined>((resolve) => model.once('close', resolve));

/** Says goodbye, but not for long to a peer that does not answer. */
async function end(model: ChannelModel): Promise<void> {
  const closed = closeOf(model);
  model.close().catch(() => undefined); // never settles when the socket breaks meanwhile; the event comes in any case
  await within(CLOSE_TIMEOUT_MS, closed);
  socketOf(model).destroy(new Error('no answer to the end of the connection'));
}

/**
 * Puts everything that is written in one turn of the event loop into one system call. amqplib makes one of each frame,
 * which, without Nagle's algorithm, is also a packet of its own.
 */
function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let gathering = false;
  socket.write = (...args: unknown[]) => {
    if (!gathering) {
      gathering = true;
      socket.cork();
      process.nextTick(() => {
        gathering = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
}

const socketOf = (model: ChannelModel): Socket => (model.connection as unknown as { stream: Socket }).stream;
