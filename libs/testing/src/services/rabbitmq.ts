import { ownName, rabbitmqAddress, rabbitmqManagementAddress } from './addresses';

/** A virtual host of its own on the RabbitMQ of the tests: queues, exchanges and connections that nobody else sees. */
export interface TestVhost extends AsyncDisposable {
  /** `amqp://user:password@host:port/name` */
  readonly url: string;
  readonly name: string;
  /** The management API's base address, without credentials: those of `url` are valid there. */
  readonly managementUrl: string;
  /** Asks the management API, e.g. `manage('DELETE', 'queues/<vhost>/jobs')`. Resolves with the decoded answer. */
  manage(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Deletes it with everything in it; connections to it are closed by the broker. */
  drop(): Promise<void>;
}

/** Creates a virtual host in which the account of TORK_TEST_RABBITMQ_URL may do everything. */
export async function createVhost(): Promise<TestVhost> {
  const name = ownName();
  const url = new URL(rabbitmqAddress());
  const user = decodeURIComponent(url.username) || 'guest';
  url.pathname = `/${name}`;
  await manage('PUT', `vhosts/${name}`);
  await manage('PUT', `permissions/${name}/${encodeURIComponent(user)}`, { configure: '.*', write: '.*', read: '.*' });

  const drop = async () => void (await manage('DELETE', `vhosts/${name}`));
  return { url: url.href, name, managementUrl: rabbitmqManagementAddress(), manage, drop, [Symbol.asyncDispose]: drop };
}

async function manage(method: string, path: string, body?: unknown): Promise<unknown> {
  const { username, password } = new URL(rabbitmqAddress());
  const credentials = `${decodeURIComponent(username) || 'guest'}:${decodeURIComponent(password) || 'guest'}`;
  const response = await fetch(new URL(`/api/${path}`, rabbitmqManagementAddress()), {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch((cause: unknown) => {
    throw new Error(
      `no management API of RabbitMQ for the tests at ${rabbitmqManagementAddress()}: run \`node scripts/services.mjs\`, ` +
        'or name one in TORK_TEST_RABBITMQ_URL and TORK_TEST_RABBITMQ_MANAGEMENT_URL',
      { cause },
    );
  });
  const text = await response.text();
  if (response.ok || (method === 'DELETE' && response.status === 404)) return text ? JSON.parse(text) : undefined;
  throw new Error(`RabbitMQ refused ${method} ${path} with ${response.status}: ${text}`);
}
