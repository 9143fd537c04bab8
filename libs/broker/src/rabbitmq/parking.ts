import { Backoff, pause } from '../backoff';
import { QueueMismatchError } from '../errors';
import type { BrokerLog } from '../log';
import type { Connection } from './connection';
import type { Outgoing } from './outgoing';
import type { Topology } from './topology';

export interface ParkingOptions {
  connection: Connection;
  topology: Topology;
  /** The queue is there now: the messages may go, in this order, before all later ones. */
  release(messages: readonly Outgoing[]): void;
  /** The queue can never be declared. */
  refuse(messages: readonly Outgoing[], error: QueueMismatchError): void;
  ended: AbortSignal;
  log: BrokerLog;
}

/** Where messages wait while their queue is declared. */
export class Parking {
  private readonly parked = new Map<string, Outgoing[]>();

  constructor(private readonly options: ParkingOptions) {}

  /** How many messages wait. */
  get size(): number {
    let size = 0;
    for (const messages of this.parked.values()) size += messages.length;
    return size;
  }

  /** Whether messages for this queue wait. */
  has(queue: string): boolean {
    return this.parked.has(queue);
  }

  add(message: Outgoing): void {
    const parked = this.parked.get(message.queue);
    if (parked) parked.push(message);
    else {
      this.parked.set(message.queue, [message]);
      void this.declare(message.queue);
    }
  }

  /** Takes out whatever waits. */
  clear(): Outgoing[] {
    const messages = [...this.parked.values()].flat();
    this.parked.clear();
    return messages;
  }

  private async declare(queue: string): Promise<void> {
    const { connection, ended, log, refuse, release, topology } = this.options;
    const backoff = new Backoff({ floorMs: 50, baseMs: 200, capMs: 10_000 });
    while (!ended.aborted) {
      try {
        await topology.declare(queue);
        return release(this.take(queue));
      } catch (err) {
        if (err instanceof QueueMismatchError) return refuse(this.take(queue), err);
        log.warn({ err, queue }, 'queue not declared; trying again');
        await pause(backoff.next(), ended);
        await connection.opened(ended);
      }
    }
  }

  private take(queue: string): Outgoing[] {
    const messages = this.parked.get(queue) ?? [];
    this.parked.delete(queue);
    return messages;
  }
}
