import {
  Backoff,
  BrokerClosedError,
  BrokerUnavailableError,
  DEFAULT_BATCH_SIZE,
  encodeBody,
  pause,
} from '@tork/broker';
import type { BatchOptions, Broker, BrokerLog, Delivery, HeldDelivery, Subscription, Verdict } from '@tork/broker';
import type { OutgoingMessage, QueueInfo } from '@tork/core';
import { DatabaseError } from 'pg';
import { BatchConsumer, SlotConsumer } from './consumer';
import { toNotifications } from './events';
import { Listeners } from './listeners';
import { census, put, remove } from './messages';
import { Session, SessionLostError } from './session';

export interface PostgresBrokerOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** Where its tables are; made at the first start. Those who share a schema reach each other. Default `tork_broker`. */
  schema?: string;
  log: BrokerLog;
}

/** How often what dead processes left is looked for, which also notices a connection that is dead. */
const SWEEP_MS = 5_000;
/** How long handlers that want to publish wait for Postgres while the broker closes. */
const LAST_WAIT_MS = 10_000;

/** Carries messages in tables of Postgres, and wakes consumers by its notifications. */
export class PostgresBroker implements Broker {
  private readonly schema: string;
  private readonly channel: string;
  private readonly listeners: Listeners;
  private readonly consumers = new Set<SlotConsumer | BatchConsumer>();
  private readonly waiting = new Set<() => void>();
  private readonly stopped = new AbortController();
  private state: 'open' | 'closing' | 'closed' = 'open';
  private session: Session | undefined;
  private sweeper: NodeJS.Timeout | undefined;
  private lastConsumer = 0;
  private reconnecting: Promise<void> | undefined;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: PostgresBrokerOptions) {
    const { log, schema = 'tork_broker' } = options;
    // It becomes part of statements and of the names of channels.
    if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) throw new Error(`schema: expected a lower-case name, found ${schema}`);
    this.schema = schema;
    this.channel = `${schema}_queue`;
    this.listeners = new Listeners(log);
  }

  async start(): Promise<void> {
    this.assertNot('closed');
    await this.connect();
    this.sweeper = setInterval(() => void this.session?.sweep().catch(() => undefined), SWEEP_MS);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.assertNot('closed');
    const stored = messages.map(({ body, priority, queue }) => ({
      queue,
      priority,
      body: encodeBody(`queue ${queue}`, body),
    }));
    if (stored.length > 0) await this.persist((session) => put(session, this.channel, stored));
  }

  consume(
    queue: string,
    handle: (delivery: HeldDelivery) => Promise<void>,
    { concurrency }: { concurrency: number },
  ): Promise<Subscription> {
    return this.add((id) => new SlotConsumer(this.link, { id, queues: [queue] }, concurrency, handle));
  }

  consumeBatches(
    queues: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    { consumers = {}, maxSize = DEFAULT_BATCH_SIZE }: BatchOptions = {},
  ): Promise<Subscription> {
    const countOf = (queue: string) => consumers[queue] ?? 1;
    return this.add((id) => new BatchConsumer(this.link, { id, queues, countOf }, maxSize, handle));
  }

  consumePrivate(queue: string, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    return this.add((id) => new SlotConsumer(this.link, { id, queues: [queue], isPrivate: true }, 1, handle));
  }

  async publishEvent(topic: string, payload: unknown): Promise<void> {
    this.assertNot('closed');
    const text = encodeBody(`topic ${topic}`, payload);
    const notifications = toNotifications(JSON.stringify({ topic, text }));
    const sent = this.session?.query(
      `SELECT pg_notify($1, event) FROM unnest($2::text[]) WITH ORDINALITY AS e(event, n) ORDER BY n`,
      [`${this.schema}_event`, notifications],
    );
    await sent?.catch((err: unknown) => this.options.log.debug({ err, topic }, 'an event was lost'));
  }

  async subscribeEvents(pattern: string, handle: (topic: string, payload: unknown) => void): Promise<Subscription> {
    this.assertNot('closing');
    return this.listeners.add(pattern, handle);
  }

  async queues(): Promise<QueueInfo[]> {
    return census(this.connected());
  }

  async queue(name: string): Promise<QueueInfo | undefined> {
    const [info] = await census(this.connected(), name);
    return info;
  }

  async deleteQueue(name: string): Promise<boolean> {
    return remove(this.connected(), name);
  }

  async health(): Promise<void> {
    this.assertNot('closing');
    await this.connected()
      .query('SELECT 1')
      .catch((cause: unknown) => {
        throw new BrokerUnavailableError('Postgres does not answer', { cause });
      });
  }

  close(): Promise<void> {
    return (this.closed ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    this.state = 'closing';
    this.listeners.clear();
    const lastWait = setTimeout(() => this.stop(), LAST_WAIT_MS);
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    clearTimeout(lastWait);
    clearInterval(this.sweeper);
    this.state = 'closed'; // not before: what handlers under way publish still counts
    this.stop();
    await this.session?.close();
    await this.reconnecting;
  }

  /** Waits for Postgres no longer. */
  private stop(): void {
    this.stopped.abort();
    for (const wake of this.waiting) wake();
  }

  private get link() {
    return { session: () => this.session, channel: this.channel, log: this.options.log };
  }

  private async add(create: (id: number) => SlotConsumer | BatchConsumer): Promise<Subscription> {
    this.assertNot('closing');
    const consumer = create(++this.lastConsumer);
    this.consumers.add(consumer);
    const close = async () => {
      await consumer.close();
      this.consumers.delete(consumer);
    };
    try {
      await this.persist((session) => consumer.register(session));
      return { close };
    } catch (err) {
      await close();
      throw err;
    }
  }

  /** Does something that must be done, if need be in a session to come. */
  private async persist(work: (session: Session) => Promise<void>): Promise<void> {
    for (;;) {
      const session = await this.nextSession();
      try {
        return await work(session);
      } catch (err) {
        // A queue that is deleted in this moment is declared again.
        if (!(err instanceof SessionLostError || (err instanceof DatabaseError && err.code === '23503'))) throw err;
      }
    }
  }

  private async nextSession(): Promise<Session> {
    while (!this.session) {
      if (this.stopped.signal.aborted) throw new BrokerClosedError();
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
    return this.session;
  }

  private connected(): Session {
    this.assertNot('closed');
    if (!this.session) throw new BrokerUnavailableError('no connection to Postgres');
    return this.session;
  }

  private async connect(former?: number): Promise<void> {
    const { url } = this.options;
    const session = await Session.open({
      url,
      schema: this.schema,
      former,
      onNotification: (channel, payload) => this.onNotification(channel, payload),
    });
    try {
      for (const consumer of this.consumers) await consumer.register(session);
    } catch (err) {
      await session.close();
      throw err;
    }
    if (this.stopped.signal.aborted) return session.close();
    this.session = session;
    for (const consumer of this.consumers) consumer.bell.ring();
    for (const wake of this.waiting) wake();
    this.waiting.clear();
    const onLost = () => void (this.reconnecting = this.reconnect(session.id));
    session.lost.addEventListener('abort', onLost);
    if (session.lost.aborted) onLost();
  }

  private async reconnect(former: number): Promise<void> {
    this.session = undefined;
    const backoff = new Backoff({ floorMs: 100, baseMs: 200, capMs: 5_000 });
    while (!this.stopped.signal.aborted) {
      await pause(backoff.next(), this.stopped.signal);
      try {
        return await this.connect(former);
      } catch (err) {
        this.options.log.warn({ err }, 'no connection to Postgres; trying again');
      }
    }
  }

  private onNotification(channel: string, payload: string): void {
    if (channel !== this.channel) return this.listeners.tell(payload);
    for (const consumer of this.consumers) if (consumer.options.queues.includes(payload)) consumer.bell.ring();
  }

  private assertNot(state: 'closing' | 'closed'): void {
    if (this.state === 'closed' || this.state === state) throw new BrokerClosedError();
  }
}
