import type { ChannelModel } from 'amqplib';
import type { QueueInfo } from '@tork/core';
import { COORDINATOR_QUEUES, DEAD_LETTER_QUEUE } from '@tork/core';
import { BrokerUnavailableError } from '../errors';
import type { Census, CensusReport } from './census';
import { CENSUS_QUEUE } from './census';
import type { ChannelError } from './channel';
import { NOT_FOUND, RESOURCE_LOCKED, onOwnChannel } from './channel';
import type { Connection } from './connection';
import { MAILBOX_PREFIX } from './mailbox';
import type { ManagedQueue, Management } from './management';

export interface StatisticsOptions {
  connection: Connection;
  census: Census;
  management: Management;
  /** Queues that this process had to do with. */
  known(): Iterable<string>;
}

/** What is known about queues apart from the broker's own word. */
interface Hearsay {
  reports: readonly CensusReport[];
  managed: ReadonlyMap<string, ManagedQueue>;
}

/**
 * Figures about queues. That a queue exists, its size and its consumers come from AMQP, which tells them for one name
 * and at once. The names come from the management API, where there is one, and from the processes; so do the
 * deliveries that are unsettled, and all that there is to know about other processes' private queues.
 */
export class Statistics {
  /** Names heard from others, so that a queue is not forgotten with the last process that used it. */
  private readonly heard = new Set<string>();

  constructor(private readonly options: StatisticsOptions) {}

  /** All queues known, sorted by name. */
  async list(): Promise<QueueInfo[]> {
    const hearsay = await this.listen();
    const names = new Set<string>([...COORDINATOR_QUEUES, DEAD_LETTER_QUEUE, ...this.options.known(), ...this.heard]);
    const infos = await Promise.all([...names].filter(isListed).map((name) => this.look(name, hearsay)));
    return infos.filter((info) => info !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** One queue; `undefined` when there is none of this name. */
  async of(name: string): Promise<QueueInfo | undefined> {
    if (!isListed(name)) return undefined;
    if ((await this.check(name)) === 'absent') return undefined;
    return this.look(name, await this.listen());
  }

  private async listen(): Promise<Hearsay> {
    const [reports, managed] = await Promise.all([this.options.census.take(), this.options.management.queues()]);
    for (const report of reports) for (const name of Object.keys(report)) this.heard.add(name);
    for (const name of managed?.keys() ?? []) this.heard.add(name);
    return { reports, managed: managed ?? new Map() };
  }

  private async look(name: string, { reports, managed }: Hearsay): Promise<QueueInfo | undefined> {
    const found = await this.check(name);
    if (found === 'absent') {
      this.heard.delete(name);
      return undefined;
    }
    const told = reports.flatMap((report) => report[name] ?? []);
    const unacked = told.reduce((sum, report) => sum + report.unacked, 0);
    if (found !== 'private')
      return { name, ...found, unacked: told.length > 0 ? unacked : (managed.get(name)?.unacked ?? 0) };
    const size = told.reduce((sum, report) => sum + (report.size ?? 0), 0);
    return { name, size, subscribers: 1, unacked };
  }

  private check(name: string): Promise<QueueState> {
    const model = this.options.connection.current;
    if (!model) throw new BrokerUnavailableError('not connected to RabbitMQ');
    return stateOf(model, name);
  }
}

type QueueState = Pick<QueueInfo, 'size' | 'subscribers'> | 'absent' | 'private';

/** What AMQP says about a queue; `private` when it belongs to another connection, which alone may look at it. */
export async function stateOf(model: ChannelModel, name: string): Promise<QueueState> {
  try {
    const { consumerCount, messageCount } = await onOwnChannel(model, (channel) => channel.checkQueue(name));
    return { size: messageCount, subscribers: consumerCount };
  } catch (err) {
    const { code } = err as ChannelError;
    if (code === NOT_FOUND) return 'absent';
    if (code === RESOURCE_LOCKED) return 'private';
    throw err;
  }
}

const isListed = (name: string): boolean => name !== CENSUS_QUEUE && !name.startsWith(MAILBOX_PREFIX);
