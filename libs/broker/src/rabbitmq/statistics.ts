import type { Channel, ChannelModel } from 'amqplib';
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
    const states = await statesOf(this.connected(), [...names].filter(isListed).sort());
    const infos: QueueInfo[] = [];
    for (const [name, state] of states) {
      if (state === 'absent') this.heard.delete(name);
      else infos.push(infoOf(name, state, hearsay));
    }
    return infos;
  }

  /** One queue; `undefined` when there is none of this name. */
  async of(name: string): Promise<QueueInfo | undefined> {
    const state = isListed(name) ? await stateOf(this.connected(), name) : 'absent';
    return state === 'absent' ? undefined : infoOf(name, state, await this.listen());
  }

  private async listen(): Promise<Hearsay> {
    const [reports, managed] = await Promise.all([this.options.census.take(), this.options.management.queues()]);
    for (const report of reports) for (const name of Object.keys(report)) this.heard.add(name);
    for (const name of managed?.keys() ?? []) this.heard.add(name);
    return { reports, managed: managed ?? new Map() };
  }

  private connected(): ChannelModel {
    const model = this.options.connection.current;
    if (!model) throw new BrokerUnavailableError('not connected to RabbitMQ');
    return model;
  }
}

function infoOf(name: string, state: PresentState, { reports, managed }: Hearsay): QueueInfo {
  const told = reports.flatMap((report) => report[name] ?? []);
  const sum = (figure: 'unacked' | 'size') => told.reduce((total, report) => total + (report[figure] ?? 0), 0);
  if (state === 'private') return { name, size: sum('size'), subscribers: 1, unacked: sum('unacked') };
  return { name, ...state, unacked: told.length > 0 ? sum('unacked') : (managed.get(name)?.unacked ?? 0) };
}

/** `private`: it belongs to another connection, which alone may look at it. */
type PresentState = Pick<QueueInfo, 'size' | 'subscribers'> | 'private';
export type QueueState = PresentState | 'absent';

/** What AMQP says about a queue at the moment. */
export async function stateOf(model: ChannelModel, name: string): Promise<QueueState> {
  const [found] = await statesOf(model, [name]);
  return found?.[1] ?? 'absent';
}

/** The same for many queues. A queue that cannot be looked at costs a channel, because the broker closes it. */
async function statesOf(model: ChannelModel, names: readonly string[]): Promise<[string, QueueState][]> {
  const states: [string, QueueState][] = [];
  while (states.length < names.length) {
    await onOwnChannel(model, async (channel) => {
      for (const name of names.slice(states.length)) {
        const state = await lookAt(channel, name);
        states.push([name, state]);
        if (typeof state === 'string') return;
      }
    });
  }
  return states;
}

async function lookAt(channel: Channel, name: string): Promise<QueueState> {
  try {
    const { consumerCount, messageCount } = await channel.checkQueue(name);
    return { size: messageCount, subscribers: consumerCount };
  } catch (err) {
    const { code } = err as ChannelError;
    if (code === NOT_FOUND) return 'absent';
    if (code === RESOURCE_LOCKED) return 'private';
    throw err;
  }
}

const isListed = (name: string): boolean => name !== CENSUS_QUEUE && !name.startsWith(MAILBOX_PREFIX);
