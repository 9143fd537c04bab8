import type { Options } from 'amqplib';
import { BrokerUnavailableError } from '../errors';

/** Where RabbitMQ is and who we are there. Only `place` is fit for a log. */
export interface Address {
  readonly connect: Options.Connect;
  readonly vhost: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  /** `host:port/vhost` */
  readonly place: string;
}

/** Seconds. A peer that is gone without a word is noticed after two to three of them; RabbitMQ would wait for 60. */
const HEARTBEAT_S = 10;

/** Reads `amqp[s]://user:password@host:port/vhost?heartbeat=…`. Never quotes it, because of the password. */
export function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url?.protocol.slice(0, -1);
  if (!url || (protocol !== 'amqp' && protocol !== 'amqps')) {
    throw new BrokerUnavailableError('broker.rabbitmq.url is no URL such as amqp://user:password@host:5672/vhost');
  }
  const port = Number(url.port) || (protocol === 'amqp' ? 5672 : 5671);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const vhost = decodeURIComponent(url.pathname.slice(1)) || '/';
  const user = decodeURIComponent(url.username) || 'guest';
  const password = decodeURIComponent(url.password) || (url.username ? '' : 'guest');
  const tuning = (key: string) => (url.searchParams.has(key) ? Number(url.searchParams.get(key)) : undefined);
  return {
    connect: {
      protocol,
      hostname: host,
      port,
      vhost: encodeURIComponent(vhost), // amqplib decodes it
      username: user,
      password,
      heartbeat: tuning('heartbeat') ?? HEARTBEAT_S,
      frameMax: tuning('frameMax'),
      channelMax: tuning('channelMax'),
    },
    vhost,
    user,
    password,
    host: url.hostname,
    place: `${url.hostname}:${port}/${vhost === '/' ? '' : vhost}`,
  };
}
