import type { Channel, ConsumeMessage } from 'amqplib';
import { Backoff, pause } from '../backoff';
import type { BrokerLog } from '../log';
import type { Topology } from './topology';

export interface ConsumerOptions {
  queue: string;
  topology: Topology;
  /** The channel to be on; `undefined` while it is being opened. */
  channel(): Channel | undefined;
  deliver(channel: Channel, message: ConsumeMessage): void;
  /** Whether it is to take messages at the moment. */
  wanted(): boolean;
  ended: AbortSignal;
  log: BrokerLog;
}

let lastTag = 0;

/** One consumer at a queue. It comes back when the broker cancels it, which is what happens when the queue is deleted. */
export class Consumer {
  /** Set before the broker confirms: its first delivery may come together with the confirmation. */
  private place: { channel: Channel; tag: string } | undefined;
  private returning = false;

  constructor(private readonly options: ConsumerOptions) {}

  /** Whether it is where it should be. */
  get isInPlace(): boolean {
    return this.place !== undefined && this.place.channel === this.options.channel();
  }

  /** Begins to consume on a channel. The queue has been declared: if it were not there, the channel would be closed. */
  async join(channel: Channel): Promise<void> {
    const { queue, deliver } = this.options;
    const place = { channel, tag: `tork-${++lastTag}` };
    this.place = place;
    const receive = (message: ConsumeMessage | null) => {
      if (message) deliver(channel, message);
      else this.cancelled(place.tag);
    };
    try {
      await channel.consume(queue, receive, { consumerTag: place.tag });
    } catch (err) {
      if (this.place === place) this.place = undefined;
      throw err;
    }
  }

  /** Takes nothing more. Resolves when nothing more can arrive. */
  async leave(): Promise<void> {
    const place = this.place;
    this.place = undefined;
    await place?.channel.cancel(place.tag).catch(() => undefined); // else it went with its channel
  }

  /** Goes back to where it should be, if it is wanted there. Never fails: it tries until it succeeds. */
  async comeBack(): Promise<void> {
    if (this.returning) return;
    this.returning = true;
    const { channel: current, ended, log, queue, topology, wanted } = this.options;
    const backoff = new Backoff({ floorMs: 10, baseMs: 100, capMs: 10_000 });
    for (let channel = current(); channel && wanted() && !this.isInPlace; channel = current()) {
      try {
        await topology.declare(queue);
        if (channel === current() && wanted()) await this.join(channel);
      } catch (err) {
        if (channel === current()) log.warn({ err, queue }, 'consumer not in place; trying again');
        await pause(backoff.next(), ended);
      }
    }
    this.returning = false; // in the same turn as the last look at the condition, so that no call is missed
  }

  private cancelled(tag: string): void {
    if (this.place?.tag !== tag) return;
    this.place = undefined;
    this.options.topology.forget(this.options.queue);
    void this.comeBack();
  }
}
