import type { BrokerLog } from '../log';
import type { QueueSettings } from './queue-form';

export interface RabbitmqBrokerOptions {
  /** `amqp[s]://user:password@host:port/vhost` */
  url: string;
  /** How queues are declared. Default: durable classic queues, consumer timeout 30 min. */
  queues?: Partial<QueueSettings>;
  /** Base URL of the management API. Default: port 15672 on the broker's host. */
  managementUrl?: string;
  /** How long `close` waits for a broker that confirms nothing, before it rejects what is unconfirmed. Default 10 s. */
  closeTimeoutMs?: number;
  log?: BrokerLog;
}
