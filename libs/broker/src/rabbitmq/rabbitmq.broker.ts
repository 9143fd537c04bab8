import type { ChannelModel } from 'amqplib';
import type { OutgoingMessage, QueueInfo } from '@tork/core';
import { MAX_PRIORITY } from '@tork/core';
import type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from '../broker';
import { DEFAULT_BATCH_SIZE } from '../broker';
import { encodeBody } from '../body';
import { BrokerClosedError, BrokerUnavailableError } from '../errors';
import { SILENT } from '../log';
import type { BrokerLog } from '../log';
import type { Address } from './address';
import { parseAddress } from './address';
import { Batches } from './batches';
import type { CensusReport } from './census';
import { Census } from './census';
import { onOwnChannel } from './channel';
import { Connection } from './connection';
import { DeadLetters } from './dead-letters';
import { Events } from './events';
import { Mailbox } from './mailbox';
import { Management } from './management';
import type { RabbitmqBrokerOptions } from './options';
import { Publisher } from './publisher';
import type { QueueSettings } from './queue-form';
import { isPrivateQueue } from './queue-form';
import { Slots } from './slots';
import { Statistics, stateOf } from './statistics';
import type { RabbitmqSubscription, SubscriptionContext } from './subscription';
import { Topology } from './topology';

const DEFAULT_QUEUES: QueueSettings = { durable: true, type: 'classic', consumerTimeoutMs: 30 * 60_000 };

/**
 * The broker over RabbitMQ 3.8 or later. Two connections: RabbitMQ holds up those that publish when it is short of
 * memory, and consumers must not be held up with them.
 */
export class RabbitmqBroker implements Broker {
  private readonly log: BrokerLog;
  private readonly address: Address;
  private readonly publishing: Connection;
  private readonly consuming: Connection;
  private readonly topologies: { publishing: Topology; consuming: Topology };
  private readonly publisher: Publisher;
  private readonly mailbox: Mailbox;
  private readonly events: Events;
  private readonly statistics: Statistics;
  private readonly context: SubscriptionContext;
  private readonly subscriptions = new Set<RabbitmqSubscription>();
  private state: 'new' | 'open' | 'closing' | 'closed' = 'new';
  private closed: Promise<void> | undefined;

  /** @throws BrokerUnavailableError when the URL is none; it is not quoted. */
  constructor(private readonly options: RabbitmqBrokerOptions) {
    const log = (this.log = options.log ?? SILENT);
    const settings = { ...DEFAULT_QUEUES, ...options.queues };
    this.address = parseAddress(options.url);
    this.publishing = new Connection(this.address, 'publishing', log);
    this.consuming = new Connection(this.address, 'consuming', log);
    this.topologies = {
      publishing: new Topology(this.publishing, settings),
      consuming: new Topology(this.consuming, settings),
    };
    this.publisher = new Publisher({ connection: this.publishing, topology: this.topologies.publishing, log });
    this.mailbox = new Mailbox({ consuming: this.consuming, publishing: this.publishing, log });
    this.events = new Events(this.mailbox, log);
    this.statistics = new Statistics({
      connection: this.consuming,
      census: new Census(this.mailbox, () => this.report()),
      management: new Management(this.address, options.managementUrl ?? '', log),
      known: () => this.known(),
    });
    this.context = {
      connection: this.consuming,
      topology: this.topologies.consuming,
      deadLetters: new DeadLetters(this.publisher, log),
      log,
    };
  }

  async start(): Promise<void> {
    if (this.state !== 'new') throw new BrokerClosedError();
    try {
      await Promise.all([this.publishing.start(), this.consuming.start()]);
      await Promise.all([this.publisher.start(), this.mailbox.start()]);
    } catch (err) {
      await this.close();
      throw err;
    }
    this.state = 'open';
    this.log.info({ broker: this.address.place }, 'connected to RabbitMQ');
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.state === 'new') throw new BrokerClosedError();
    const encoded = messages.map(({ body, priority, queue }) => ({
      queue,
      content: Buffer.from(encodeBody(`queue ${queue}`, body)),
      properties: priority === undefined ? undefined : { priority: Math.min(MAX_PRIORITY, Math.max(0, priority)) },
    }));
    await this.publisher.publish(encoded);
  }

  async consume(
    queue: string,
    handle: (delivery: HeldDelivery) => Promise<void>,
    { concurrency }: { concurrency: number },
  ): Promise<Subscription> {
    return this.subscribe(new Slots({ ...this.context, queue, handle, concurrency }));
  }

  async consumeBatches(
    queues: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    { consumers = {}, maxSize = DEFAULT_BATCH_SIZE }: BatchOptions = {},
  ): Promise<Subscription> {
    const consumersOf = (queue: string) => consumers[queue] ?? 1;
    return this.subscribe(new Batches({ ...this.context, queues, handle, maxSize, consumersOf }));
  }

  async consumePrivate(queue: string, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    const subscription = await this.subscribe(new Slots({ ...this.context, queue, handle, concurrency: 1 }));
    return {
      close: async () => {
        await subscription.close();
        if (this.state === 'open') await this.deleteQueue(queue).catch(() => undefined); // or it went with its connection
      },
    };
  }

  async publishEvent(topic: string, payload: unknown): Promise<void> {
    // While it closes, handlers may have something to tell.
    if (this.state === 'new' || this.state === 'closed') throw new BrokerClosedError();
    this.events.publish(topic, Buffer.from(encodeBody(`topic ${topic}`, payload)));
  }

  async subscribeEvents(pattern: string, handle: (topic: string, payload: unknown) => void): Promise<Subscription> {
    this.assertOpen();
    return this.events.subscribe(pattern, handle);
  }

  async queues(): Promise<QueueInfo[]> {
    this.assertOpen();
    return this.statistics.list();
  }

  async queue(name: string): Promise<QueueInfo | undefined> {
    this.assertOpen();
    return this.statistics.of(name);
  }

  async deleteQueue(name: string): Promise<boolean> {
    this.assertOpen();
    const model = this.connected();
    if ((await stateOf(model, name)) === 'absent') return false;
    await onOwnChannel(model, (channel) => channel.deleteQueue(name));
    for (const topology of Object.values(this.topologies)) topology.forget(name);
    return true;
  }

  async health(): Promise<void> {
    this.assertOpen();
    const missing = [
      this.publisher.isReady ? [] : 'the connection for publishing',
      this.consuming.current ? [] : 'the connection for consuming',
      this.mailbox.isReady ? [] : 'events',
      ...[...this.subscriptions].map((subscription) => subscription.missing ?? []),
    ].flat();
    if (missing.length > 0) throw new BrokerUnavailableError(`missing: ${missing.join('; ')}`);
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    this.state = 'closing';
    this.events.close();
    const impatience = this.giveUpStalledPublishes();
    try {
      await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
      await this.publisher.idle();
    } finally {
      clearInterval(impatience);
    }
    await Promise.all([this.publisher.close(), this.mailbox.close()]);
    await Promise.all([this.publishing.close(), this.consuming.close()]);
    this.state = 'closed';
  }

  /** A broker that is away, or takes nothing, must not keep handlers that publish to it, and us, for ever. */
  private giveUpStalledPublishes(): NodeJS.Timeout {
    let settled = this.publisher.settled;
    return setInterval(() => {
      if (this.publisher.outstanding > 0 && this.publisher.settled === settled) void this.publisher.close();
      settled = this.publisher.settled;
    }, this.options.closeTimeoutMs ?? 10_000);
  }

  private async subscribe(subscription: RabbitmqSubscription): Promise<Subscription> {
    this.assertOpen();
    this.subscriptions.add(subscription);
    const close = async () => {
      await subscription.close();
      this.subscriptions.delete(subscription);
    };
    try {
      await subscription.start();
    } catch (err) {
      await close();
      throw err;
    }
    return { close };
  }

  private *known(): Iterable<string> {
    for (const topology of Object.values(this.topologies)) yield* topology.known;
  }

  /** What this process tells others about queues. */
  private async report(): Promise<CensusReport> {
    const report: CensusReport = {};
    for (const name of this.known()) report[name] = { unacked: 0 };
    for (const subscription of this.subscriptions) {
      for (const [name, count] of subscription.unacked()) (report[name] ??= { unacked: 0 }).unacked += count;
    }
    for (const [name, figures] of Object.entries(report)) {
      const state = isPrivateQueue(name) && (await stateOf(this.connected(), name));
      if (typeof state === 'object') figures.size = state.size;
    }
    return report;
  }

  private connected(): ChannelModel {
    const model = this.consuming.current;
    if (!model) throw new BrokerUnavailableError('not connected to RabbitMQ');
    return model;
  }

  private assertOpen(): void {
    if (this.state !== 'open') throw new BrokerClosedError();
  }
}
