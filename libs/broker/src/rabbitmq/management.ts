import { z } from 'zod';
import type { BrokerLog } from '../log';
import type { Address } from './address';

const queueList = z.array(
  z.object({
    name: z.string(),
    messages_ready: z.number().default(0),
    messages_unacknowledged: z.number().default(0),
    consumers: z.number().default(0),
  }),
);

/** What the management API says about a queue. Its figures are up to five seconds old. */
export interface ManagedQueue {
  size: number;
  unacked: number;
  subscribers: number;
}

const TIMEOUT_MS = 1_500;
/** An API that did not answer is left alone for so long. */
const RETRY_AFTER_MS = 60_000;

/** RabbitMQ's management API, where the plugin is enabled. */
export class Management {
  private readonly base: string;
  private retryAt = 0;

  constructor(
    private readonly address: Address,
    /** Base URL; empty for port 15672 on the broker's host. */
    url: string,
    private readonly log: BrokerLog,
  ) {
    this.base = (url || `http://${address.host}:15672`).replace(/\/+$/, '');
  }

  /** All queues of the virtual host by name; `undefined` when it does not answer. */
  async queues(): Promise<Map<string, ManagedQueue> | undefined> {
    if (Date.now() < this.retryAt) return undefined;
    try {
      const queues = queueList.parse(await this.get(`/api/queues/${encodeURIComponent(this.address.vhost)}`));
      return new Map(
        queues.map((queue) => [
          queue.name,
          { size: queue.messages_ready, unacked: queue.messages_unacknowledged, subscribers: queue.consumers },
        ]),
      );
    } catch (err) {
      this.retryAt = Date.now() + RETRY_AFTER_MS;
      this.log.debug({ err }, 'management API of RabbitMQ not available; queue statistics do without');
      return undefined;
    }
  }

  private async get(path: string): Promise<unknown> {
    const credentials = Buffer.from(`${this.address.user}:${this.address.password}`).toString('base64');
    const response = await fetch(this.base + path, {
      headers: { authorization: `Basic ${credentials}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`management API answered ${response.status}`);
    }
    return response.json();
  }
}
