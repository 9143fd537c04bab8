import type { Channel, ConsumeMessage } from 'amqplib';
import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery, Verdict } from '../broker';
import { pause, redeliveryBackoff } from '../backoff';
import { Consumer } from './consumer';
import { decodeBody } from './dead-letters';
import { LastingChannel } from './lasting-channel';
import type { Settlement } from './settle';
import { settle } from './settle';
import type { RabbitmqSubscription, SubscriptionContext } from './subscription';

export interface BatchesOptions extends SubscriptionContext {
  queues: readonly string[];
  handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>;
  maxSize: number;
  consumersOf(queue: string): number;
}

/** A message that arrived and is not settled. */
interface Arrival {
  queue: string;
  message: ConsumeMessage;
}

/** What arrived on one life of the channel. */
interface Intake {
  channel: Channel;
  waiting: Arrival[];
}

/** Takes whatever has arrived in some queues, one batch after the other, over one channel. */
export class Batches implements RabbitmqSubscription {
  private readonly channel: LastingChannel<Channel>;
  private readonly consumers: Consumer[];
  private readonly ended = new AbortController();
  private readonly backoff = redeliveryBackoff();
  private intake: Intake | undefined;
  private beingHandled: readonly Arrival[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly options: BatchesOptions) {
    const { connection, consumersOf, log, queues, topology } = options;
    this.channel = new LastingChannel({
      connection,
      purpose: `consumers of queues ${queues.join(', ')}`,
      create: (model) => model.createChannel(),
      setUp: (channel) => this.setUp(channel),
      ready: () => this.consumers.forEach((consumer) => void consumer.comeBack()),
      lost: () => {
        this.intake = undefined;
        this.beingHandled = [];
      },
      log,
    });
    this.consumers = queues.flatMap((queue) =>
      Array.from(
        { length: consumersOf(queue) },
        () =>
          new Consumer({
            queue,
            topology,
            channel: () => this.channel.current,
            deliver: (channel, message) => this.deliver(channel, { queue, message }),
            wanted: () => !this.ended.signal.aborted,
            ended: this.ended.signal,
            log,
          }),
      ),
    );
  }

  start(): Promise<void> {
    return this.channel.start();
  }

  get missing(): string | undefined {
    const absent = this.consumers.filter((consumer) => !consumer.isInPlace).length;
    return absent > 0
      ? `${absent} of ${this.consumers.length} consumers of queues ${this.options.queues.join(', ')}`
      : undefined;
  }

  unacked(): Map<string, number> {
    const counts = new Map(this.options.queues.map((queue) => [queue, 0]));
    for (const { queue } of [...(this.intake?.waiting ?? []), ...this.beingHandled])
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    return counts;
  }

  async close(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.consumers.map((consumer) => consumer.leave()));
    await this.running;
    await this.channel.close(); // and what waits goes back
  }

  /**
   * The bound on what is unsettled is one per consumer. One for the whole channel would fit better, but quorum queues do
   * not know it.
   */
  private async setUp(channel: Channel): Promise<void> {
    const { consumersOf, maxSize, queues, topology } = this.options;
    await Promise.all(queues.map((queue) => topology.declare(queue)));
    this.intake = { channel, waiting: [] };
    const consumers = [...this.consumers];
    for (const queue of queues) {
      await channel.prefetch(Math.min(65_535, Math.ceil((2 * maxSize) / consumersOf(queue))));
      for (const consumer of consumers.splice(0, consumersOf(queue))) await consumer.join(channel);
    }
  }

  private deliver(channel: Channel, arrival: Arrival): void {
    if (this.intake?.channel !== channel) return;
    this.intake.waiting.push(arrival);
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    for (;;) {
      await turn(); // lets what comes in the same segments join the batch
      const intake = this.intake;
      const batch = this.ended.signal.aborted ? [] : (intake?.waiting.splice(0, this.options.maxSize) ?? []);
      if (!intake || batch.length === 0) break;
      this.beingHandled = batch;
      await this.process(intake.channel, batch);
      this.beingHandled = [];
    }
    this.running = undefined;
  }

  private async process(channel: Channel, batch: readonly Arrival[]): Promise<void> {
    const settlements = await this.bury(batch, await this.verdictsOn(batch));
    if (!settlements.includes('requeue')) this.backoff.reset();
    const messages = batch.map(({ message }) => message);
    await settle(channel, messages, settlements, () => pause(this.backoff.next(), this.ended.signal));
  }

  private async verdictsOn(batch: readonly Arrival[]): Promise<readonly Verdict[]> {
    const deliveries: Delivery[] = [];
    const verdicts = batch.map(({ queue, message }): Verdict | undefined => {
      const decoded = decodeBody(queue, message.content);
      if ('undecodable' in decoded) return { deadLetter: decoded.undecodable };
      deliveries.push({ queue, body: decoded.body, redelivered: message.fields.redelivered });
      return undefined;
    });
    let decided: Iterator<Verdict> | undefined;
    try {
      if (deliveries.length > 0) decided = (await this.options.handle(deliveries))[Symbol.iterator]();
    } catch (err) {
      this.options.log.warn({ err, size: deliveries.length }, 'batch not handled; it is handed out again');
    }
    return verdicts.map((verdict) => verdict ?? decided?.next().value ?? 'requeue');
  }

  /** Puts away what is to be put with the dead letters, after which the broker may forget it. */
  private bury(batch: readonly Arrival[], verdicts: readonly Verdict[]): Promise<Settlement[]> {
    return Promise.all(
      batch.map(async ({ queue, message }, index) => {
        const verdict = verdicts[index] ?? 'requeue';
        if (typeof verdict === 'string') return verdict;
        try {
          await this.options.deadLetters.bury(queue, message, verdict.deadLetter);
          return 'ack';
        } catch (err) {
          this.options.log.warn({ err, queue }, 'dead letter not put away; the message is handed out again');
          return 'requeue';
        }
      }),
    );
  }
}
