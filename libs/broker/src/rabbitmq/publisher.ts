import type { ConfirmChannel, Message, Options } from 'amqplib';
import { Backoff, pause } from '../backoff';
import { BrokerClosedError, MessageRefusedError } from '../errors';
import { Fifo } from '../fifo';
import type { BrokerLog } from '../log';
import type { ChannelError } from './channel';
import { reasonOf } from './channel';
import type { Connection } from './connection';
import { LastingChannel } from './lasting-channel';
import { Outgoing, PublishCall } from './outgoing';
import { Parking } from './parking';
import { isPrivateQueue } from './queue-form';
import type { Topology } from './topology';

export interface PublisherOptions {
  connection: Connection;
  topology: Topology;
  log: BrokerLog;
}

/** A message that is ready to go. */
export interface EncodedMessage {
  queue: string;
  content: Buffer;
  /** Persistent, JSON and mandatory unless said otherwise. */
  properties?: Options.Publish;
}

/** Unconfirmed at the same time: enough to keep the broker busy over any network, not more than it likes to hold. */
const MAX_IN_FLIGHT = 2_000;
const MAX_BYTES_IN_FLIGHT = 32 * 1024 * 1024;

/**
 * Sends messages and sees to it that each arrives: in order, many at a time, again after a reconnect, again with a fresh
 * declaration when the queue turns out to be gone.
 *
 * A message is in one of three places: `pending` until it may be sent, `parking` while its queue is declared,
 * `inFlight` until it is confirmed.
 */
export class Publisher {
  private readonly channel: LastingChannel<ConfirmChannel>;
  private readonly pending = new Fifo<Outgoing>();
  private readonly parking: Parking;
  private readonly inFlight = new Map<string, Outgoing>();
  private bytesInFlight = 0;
  private confirms = 0;
  private lastId = 0;
  /**
   * After the broker closed the channel because of one of the messages on it, they go one by one until as many are
   * confirmed, so that the one to blame is found. Counts those that are still to be tried.
   */
  private suspects = 0;
  private readonly nacks = new Backoff({ floorMs: 50, baseMs: 100, capMs: 5_000 });
  private readonly ended = new AbortController();
  private whenIdle: (() => void) | undefined;

  constructor(private readonly options: PublisherOptions) {
    const { connection, log } = options;
    this.channel = new LastingChannel({
      connection,
      purpose: 'publishing',
      create: (model) => model.createConfirmChannel(),
      setUp: async (channel) => void channel.on('return', (message: Message) => this.returned(message)),
      ready: () => this.pump(),
      lost: (cause) => this.lost(cause),
      log,
    });
    this.parking = new Parking({
      ...options,
      ended: this.ended.signal,
      release: (messages) => {
        this.pending.prepend(messages);
        this.pump();
      },
      refuse: (messages, error) => {
        for (const message of messages) message.call.failed(error);
        this.noticeIdle();
      },
    });
  }

  get isReady(): boolean {
    return this.channel.current !== undefined;
  }

  async start(): Promise<void> {
    await this.channel.start();
  }

  /** See `Broker.publish`. */
  publish(messages: readonly EncodedMessage[]): Promise<void> {
    if (this.ended.signal.aborted) return Promise.reject(new BrokerClosedError());
    if (messages.length === 0) return Promise.resolve();
    const call = new PublishCall(messages.length);
    for (const { queue, content, properties } of messages) {
      const messageId = String(++this.lastId);
      const all = { persistent: true, mandatory: true, contentType: 'application/json', ...properties, messageId };
      this.pending.push(new Outgoing(queue, content, all, call));
    }
    this.pump();
    return call.done;
  }

  /** Resolves when everything is confirmed or failed. */
  async idle(): Promise<void> {
    while (this.outstanding > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
  }

  /** Rejects what is not confirmed. */
  async close(): Promise<void> {
    this.ended.abort();
    await this.channel.close();
    for (const message of this.takeAll()) message.call.failed(new BrokerClosedError());
    this.noticeIdle();
  }

  /** Messages that are neither confirmed nor failed. */
  get outstanding(): number {
    return this.pending.length + this.inFlight.size + this.parking.size;
  }

  /** Messages confirmed so far: it grows while things move. */
  get settled(): number {
    return this.confirms;
  }

  private pump(): void {
    const channel = this.channel.current;
    if (!channel) return;
    const limit = this.suspects > 0 ? 1 : MAX_IN_FLIGHT;
    while (this.inFlight.size < limit && this.bytesInFlight < MAX_BYTES_IN_FLIGHT) {
      const message = this.pending.shift();
      if (!message) return;
      if (this.mayGo(message.queue)) this.send(channel, message);
      else this.parking.add(message);
    }
  }

  private mayGo(queue: string): boolean {
    // Private queues are their owner's to declare. While a queue is being declared, what comes later stays behind.
    return isPrivateQueue(queue) || (this.options.topology.has(queue) && !this.parking.has(queue));
  }

  private send(channel: ConfirmChannel, message: Outgoing): void {
    this.inFlight.set(message.id, message);
    this.bytesInFlight += message.content.length;
    try {
      channel.publish('', message.queue, message.content, message.properties, (err: unknown) => {
        if (err === null) this.confirmed(message);
        else setImmediate(() => this.nacked(channel, message)); // by then it is known whether the channel is gone
      });
    } catch (err) {
      // Closed under our hands: lost() is about to be called.
      this.options.log.debug({ err, queue: message.queue }, 'message waits for the next channel');
    }
  }

  private confirmed(message: Outgoing): void {
    if (!this.takeOff(message)) return;
    if (this.suspects > 0) this.suspects--;
    this.nacks.reset();
    if (message.returned && !isPrivateQueue(message.queue)) {
      message.returned = false;
      this.options.topology.forget(message.queue);
      this.parking.add(message);
    } else {
      if (message.returned)
        this.options.log.debug({ queue: message.queue }, 'message dropped: its private queue is gone');
      this.confirms++;
      message.call.confirmed();
    }
    if (this.pending.length > 0) this.pump();
    this.noticeIdle();
  }

  /** The broker could not keep it, e.g. because a replica is away or the queue has a limit and is full. */
  private nacked(channel: ConfirmChannel, message: Outgoing): void {
    if (channel !== this.channel.current) return; // lost() sees to all that was on it
    const delayMs = this.nacks.next();
    this.options.log.warn({ queue: message.queue, delayMs }, 'RabbitMQ did not take a message; it is sent again');
    void pause(delayMs, this.ended.signal).then(() => {
      if (channel !== this.channel.current || !this.takeOff(message)) return;
      this.pending.prepend([message]);
      this.pump();
    });
  }

  private returned(message: Message): void {
    const outgoing = this.inFlight.get(String(message.properties.messageId));
    if (outgoing) outgoing.returned = true;
  }

  private lost(cause: ChannelError | undefined): void {
    const messages = [...this.inFlight.values()];
    this.inFlight.clear();
    this.bytesInFlight = 0;
    const [first] = messages;
    if (cause?.code !== undefined && first) {
      if (messages.length === 1) {
        messages.pop();
        this.suspects = Math.max(0, this.suspects - 1);
        first.call.failed(new MessageRefusedError(first.queue, first.content.length, reasonOf(cause)));
        this.noticeIdle();
      } else this.suspects = messages.length;
    }
    for (const message of messages) message.returned = false;
    this.pending.prepend(messages);
  }

  /** False when it is not in flight any more. */
  private takeOff(message: Outgoing): boolean {
    if (!this.inFlight.delete(message.id)) return false;
    this.bytesInFlight -= message.content.length;
    return true;
  }

  private takeAll(): Outgoing[] {
    const all = [...this.inFlight.values(), ...this.parking.clear()];
    for (let message = this.pending.shift(); message; message = this.pending.shift()) all.push(message);
    this.inFlight.clear();
    return all;
  }

  private noticeIdle(): void {
    if (this.whenIdle && this.outstanding === 0) {
      this.whenIdle();
      this.whenIdle = undefined;
    }
  }
}
