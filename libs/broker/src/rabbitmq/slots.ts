import type { Channel, ConsumeMessage } from 'amqplib';
import type { HeldDelivery } from '../broker';
import { pause, redeliveryBackoff } from '../backoff';
import { Consumer } from './consumer';
import { decodeBody } from './dead-letters';
import { LastingChannel } from './lasting-channel';
import type { RabbitmqSubscription, SubscriptionContext } from './subscription';

export interface SlotsOptions extends SubscriptionContext {
  queue: string;
  handle: (delivery: HeldDelivery) => Promise<void>;
  concurrency: number;
}

/** Consumers on one channel that take one message at a time each. */
export class Slots implements RabbitmqSubscription {
  private readonly channel: LastingChannel<Channel>;
  private readonly slots: Slot[];
  private readonly ended = new AbortController();

  constructor(private readonly options: SlotsOptions) {
    const { connection, log, queue, topology } = options;
    const purpose = `consumers of queue ${queue}`;
    this.channel = new LastingChannel({
      connection,
      purpose,
      create: (model) => model.createChannel(),
      setUp: async (channel) => {
        await topology.declare(queue);
        await channel.prefetch(1);
        for (const slot of this.slots) await slot.settleOn(channel);
      },
      // A handler of the channel before may have ended while the slots were being put in place.
      ready: () => this.slots.forEach((slot) => void slot.comeBack()),
      lost: () => this.slots.forEach((slot) => slot.lost()),
      log,
    });
    this.slots = Array.from(
      { length: options.concurrency },
      () => new Slot(options, () => this.channel.current, this.ended.signal),
    );
  }

  /** See {@link LastingChannel.start}. */
  start(): Promise<void> {
    return this.channel.start();
  }

  get missing(): string | undefined {
    const absent = this.channel.current ? this.slots.filter((slot) => slot.isMissing).length : this.slots.length;
    return absent > 0 ? `${absent} of ${this.slots.length} consumers of queue ${this.options.queue}` : undefined;
  }

  unacked(): Map<string, number> {
    return new Map([[this.options.queue, this.slots.filter((slot) => slot.holds).length]]);
  }

  async close(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.slots.map((slot) => slot.close()));
    await this.channel.close();
  }
}

/** One consumer and the handler that it feeds. */
class Slot {
  private readonly consumer: Consumer;
  private readonly backoff = redeliveryBackoff();
  /** The message that the broker still counts as ours. */
  private held: { channel: Channel; message: ConsumeMessage } | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: SlotsOptions,
    current: () => Channel | undefined,
    private readonly ended: AbortSignal,
  ) {
    const { log, queue, topology } = options;
    this.consumer = new Consumer({
      queue,
      topology,
      channel: current,
      deliver: (channel, message) => this.deliver(channel, message),
      wanted: () => !this.running && !ended.aborted,
      ended,
      log,
    });
  }

  get isMissing(): boolean {
    return !this.running && !this.consumer.isInPlace;
  }

  get holds(): boolean {
    return this.held !== undefined;
  }

  /** Takes its place on a channel that is being set up, unless its handler outlived the one before. */
  async settleOn(channel: Channel): Promise<void> {
    if (!this.running) await this.consumer.join(channel);
  }

  async comeBack(): Promise<void> {
    await this.consumer.comeBack();
  }

  /** The channel is gone, and the broker has put the message back. The handler does not know and goes on. */
  lost(): void {
    this.held = undefined;
  }

  async close(): Promise<void> {
    await this.consumer.leave();
    await this.running;
  }

  private deliver(channel: Channel, message: ConsumeMessage): void {
    this.held = { channel, message };
    if (this.ended.aborted) return this.settle('requeue');
    this.running = this.run(message).finally(() => {
      this.running = undefined;
      // In place still unless the delivery was released, or its channel or its queue went.
      if (!this.consumer.isInPlace) void this.consumer.comeBack();
    });
  }

  private async run(message: ConsumeMessage): Promise<void> {
    const { handle, log, queue } = this.options;
    try {
      const decoded = decodeBody(queue, message.content);
      if ('undecodable' in decoded) await this.options.deadLetters.bury(queue, message, decoded.undecodable);
      else {
        const { redelivered } = message.fields;
        await handle({ queue, body: decoded.body, redelivered, release: () => this.release(message) });
      }
      this.settle('ack');
      this.backoff.reset();
    } catch (err) {
      if (this.held?.message !== message) {
        log.warn({ err, queue }, 'handler failed after its delivery was given up');
        return;
      }
      log.warn({ err, queue }, 'message not handled; it is handed out again');
      await pause(this.backoff.next(), this.ended);
      this.settle('requeue');
    }
  }

  /** The consumer goes first: the broker would fill its place at once. */
  private async release(message: ConsumeMessage): Promise<void> {
    if (this.held?.message !== message) return;
    await this.consumer.leave();
    if (this.held?.message === message) this.settle('ack');
  }

  /** A no-op when the message is settled already or its channel is gone. */
  private settle(verdict: 'ack' | 'requeue'): void {
    const held = this.held;
    this.held = undefined;
    if (!held) return;
    try {
      if (verdict === 'ack') held.channel.ack(held.message);
      else held.channel.nack(held.message, false, true);
    } catch (err) {
      this.options.log.debug({ err, queue: this.options.queue }, 'message not settled: its channel is gone');
    }
  }
}
