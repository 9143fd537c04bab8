import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { run } from './debian.mjs';
import { isLeftover, isLocal } from './leftovers.mjs';

/** RabbitMQ with its management API: the tests create a virtual host a file. */
export const rabbitmq = {
  name: 'RabbitMQ',
  variable: 'TORK_TEST_RABBITMQ_URL',
  standard: 'amqp://guest:guest@localhost:5672',
  packages: ['rabbitmq-server'],
  isInstalled: () => existsSync('/usr/sbin/rabbitmq-server'),

  /** Resolves when it speaks AMQP and its management API answers; removes the vhosts of test runs that were killed. */
  async check(url) {
    await greet(new URL(url));
    const vhosts = await manage(url, 'GET', 'vhosts');
    for (const { name } of vhosts.filter((vhost) => isLocal(url) && isLeftover(vhost.name))) {
      await manage(url, 'DELETE', `vhosts/${name}`);
    }
  },

  async start() {
    const isUp = await greet(new URL(this.standard)).then(
      () => true,
      () => false,
    );
    // A running broker needs the plugin only; one that starts finds it enabled.
    await run('rabbitmq-plugins', ['enable', 'rabbitmq_management', ...(isUp ? [] : ['--offline'])]);
    if (!isUp) await run('rabbitmq-server', ['-detached']);
  },

  hint: 'see /var/log/rabbitmq',
};

/** A broker answers the protocol header with a method frame, whose first byte is 1. */
async function greet({ hostname, port }) {
  const socket = connect({ host: hostname, port: Number(port || 5672), timeout: 3000 });
  socket.once('timeout', () => socket.destroy(new Error('no answer within 3 s')));
  try {
    socket.write('AMQP\x00\x00\x09\x01');
    const closed = once(socket, 'close').then(() => []);
    const [answer] = await Promise.race([once(socket, 'data'), closed]);
    if (answer?.[0] !== 1) throw new Error('what answers is no AMQP broker');
  } finally {
    socket.destroy();
  }
}

async function manage(url, method, path) {
  const { hostname, username, password } = new URL(url);
  const base = process.env.TORK_TEST_RABBITMQ_MANAGEMENT_URL ?? `http://${hostname}:15672`;
  const credentials = Buffer.from(`${username || 'guest'}:${password || 'guest'}`).toString('base64');
  const response = await fetch(new URL(`/api/${path}`, base), {
    method,
    headers: { authorization: `Basic ${credentials}` },
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`its management API answers ${response.status}`);
  return method === 'GET' ? response.json() : undefined;
}
