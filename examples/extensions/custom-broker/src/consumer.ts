import { setTimeout as sleep } from 'node:timers/promises';
import { pause, redeliveryBackoff } from '@tork/broker';
import type { BrokerLog, Delivery, HeldDelivery, Subscription, Verdict } from '@tork/broker';
import { Bell } from './bell';
import { ack, bury, isJson, putBack, take } from './messages';
import type { TakenMessage } from './messages';
import { SessionLostError } from './session';
import type { Session } from './session';

/** What a consumer needs of its broker. */
export interface Link {
  /** `undefined` while Postgres is away. */
  session(): Session | undefined;
  /** Where consumers are woken. */
  readonly channel: string;
  readonly log: BrokerLog;
}

export interface ConsumerOptions {
  /** Of this process. */
  id: number;
  queues: readonly string[];
  isPrivate?: boolean;
  /** Consumers that a queue shows. */
  countOf(queue: string): number;
}

/** Deliveries and the session that has them under way: what is settled when that is gone has gone back already. */
interface Taken {
  session: Session;
  messages: TakenMessage[];
}

/** Takes messages whenever its bell rings. Has a row for each queue in `consumers`, in every session anew. */
abstract class Consumer implements Subscription {
  readonly bell = new Bell();
  protected readonly closing = new AbortController();
  private ended: Promise<void> | undefined;
  private registeredIn: Session | undefined;

  constructor(
    protected readonly link: Link,
    readonly options: ConsumerOptions,
  ) {}

  /** Declares its queues and makes itself known in a session; there is nothing to do when it is already. */
  async register(session: Session): Promise<void> {
    if (this.registeredIn === session) return;
    const { countOf, id, isPrivate, queues } = this.options;
    await session.query(
      `WITH declared AS (
         INSERT INTO queues (name, session_id) SELECT unnest($1::text[]), $2::int
         ON CONFLICT (name) DO UPDATE SET session_id = excluded.session_id WHERE excluded.session_id IS NOT NULL
       )
       INSERT INTO consumers (session_id, subscription, queue, count)
       SELECT $3, $4, queue, count FROM unnest($1::text[], $5::int[]) AS c(queue, count)`,
      [queues, isPrivate ? session.id : null, session.id, id, queues.map(countOf)],
    );
    this.registeredIn = session;
    if (this.closing.signal.aborted) await this.unregister(session);
    this.ended ??= this.run();
    this.bell.ring();
  }

  async close(): Promise<void> {
    if (!this.closing.signal.aborted) {
      this.closing.abort();
      this.bell.ring();
      const session = this.link.session();
      if (session) await this.settle(() => this.unregister(session));
    }
    await this.ended;
  }

  protected abstract run(): Promise<void>;

  /** What may be handled now, at most `limit`; nothing also while Postgres is away. */
  protected async take(limit: number): Promise<Taken | undefined> {
    if (this.closing.signal.aborted) return undefined;
    const { log } = this.link;
    const session = this.link.session();
    try {
      const messages = session ? await take(session, this.options.queues, limit) : [];
      if (!session || messages.length === 0) return undefined;
      const readable = messages.filter(({ body }) => isJson(body));
      for (const message of messages.filter(({ body }) => !isJson(body))) {
        log.error({ queue: message.queue }, 'a message that is no JSON is put with the dead letters');
        await this.settle(() => bury(session, this.link.channel, message));
      }
      if (!this.closing.signal.aborted) return { session, messages: readable };
      await this.settle(() => putBack(session, this.link.channel, idsOf(readable)));
    } catch (err) {
      if (err instanceof SessionLostError) return undefined; // the bell rings with the next session
      log.warn({ err, queues: this.options.queues }, 'no messages can be taken at the moment');
      await pause(1_000, this.closing.signal);
      this.bell.ring();
    }
    return undefined;
  }

  /** Does what is due to a message: tried again when it fails, done with when the session that had the message is gone. */
  protected async settle(statement: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await statement();
      } catch (err) {
        if (err instanceof SessionLostError) return;
        this.link.log.warn({ err }, 'a message cannot be settled at the moment');
        await sleep(1_000);
      }
    }
  }

  private async unregister(session: Session): Promise<void> {
    const { id, isPrivate, queues } = this.options;
    await session.query('DELETE FROM consumers WHERE session_id = $1 AND subscription = $2', [session.id, id]);
    if (isPrivate)
      await session.query('DELETE FROM queues WHERE name = ANY ($1) AND session_id = $2', [queues, session.id]);
  }
}

/** Hands out messages one by one, so many at a time. */
export class SlotConsumer extends Consumer {
  private readonly running = new Set<Promise<void>>();
  private readonly backoff = redeliveryBackoff();

  constructor(
    link: Link,
    options: Omit<ConsumerOptions, 'countOf'>,
    private readonly concurrency: number,
    private readonly handle: (delivery: HeldDelivery) => Promise<void>,
  ) {
    super(link, { ...options, countOf: () => concurrency });
  }

  protected async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await this.bell.rung();
      const free = this.concurrency - this.running.size;
      const taken = free > 0 ? await this.take(free) : undefined;
      for (const message of taken?.messages ?? []) this.begin(taken!.session, message);
    }
    await Promise.all(this.running);
  }

  private begin(session: Session, message: TakenMessage): void {
    const ended = this.handled(session, message).finally(() => {
      this.running.delete(ended);
      this.bell.ring();
    });
    this.running.add(ended);
    this.bell.ring(); // there may be more where it came from
  }

  private async handled(session: Session, message: TakenMessage): Promise<void> {
    const { channel, log } = this.link;
    let isReleased = false;
    const forget = () => this.settle(() => ack(session, [message.id]));
    const release = async () => {
      isReleased = true;
      await forget();
    };
    try {
      await this.handle({ ...toDelivery(message), release });
      this.backoff.reset();
      if (!isReleased) await forget();
    } catch (err) {
      log.warn({ err, queue: message.queue, isReleased }, 'a message was not handled');
      if (isReleased) return;
      await pause(this.backoff.next(), this.closing.signal);
      await this.settle(() => putBack(session, channel, [message.id]));
    }
  }
}

/** Hands out whatever has arrived as one batch, one batch at a time. */
export class BatchConsumer extends Consumer {
  private readonly backoff = redeliveryBackoff();

  constructor(
    link: Link,
    options: ConsumerOptions,
    private readonly maxSize: number,
    private readonly handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
  ) {
    super(link, options);
  }

  protected async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await this.bell.rung();
      for (let taken; (taken = await this.take(this.maxSize));) await this.handled(taken);
    }
  }

  private async handled({ messages, session }: Taken): Promise<void> {
    const verdicts = await this.verdictsOn(messages);
    const done = messages.filter((_, n) => verdicts[n] === 'ack');
    const again = messages.filter((_, n) => (verdicts[n] ?? 'requeue') === 'requeue');
    await this.settle(() => ack(session, idsOf(done)));
    for (const [n, message] of messages.entries()) {
      const verdict = verdicts[n];
      if (typeof verdict !== 'object') continue;
      this.link.log.error(
        { queue: message.queue, reason: verdict.deadLetter },
        'a message is put with the dead letters',
      );
      await this.settle(() => bury(session, this.link.channel, message));
    }
    if (again.length === 0) return this.backoff.reset();
    await pause(this.backoff.next(), this.closing.signal);
    await this.settle(() => putBack(session, this.link.channel, idsOf(again)));
  }

  private async verdictsOn(messages: readonly TakenMessage[]): Promise<readonly Verdict[]> {
    try {
      return await this.handle(messages.map(toDelivery));
    } catch (err) {
      this.link.log.warn({ err, size: messages.length }, 'a batch was not handled');
      return [];
    }
  }
}

const idsOf = (messages: readonly TakenMessage[]): string[] => messages.map(({ id }) => id);

const toDelivery = ({ body, queue, redelivered }: TakenMessage): Delivery => ({
  queue,
  body: JSON.parse(body) as unknown,
  redelivered,
});
