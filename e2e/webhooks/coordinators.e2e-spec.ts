import { eventually, startReceiver, useServices } from '@tork/testing';
import type { ReceivedCall, Receiver } from '@tork/testing';
import { allCompleted } from '../harness/client';
import { Cluster } from '../harness/cluster';

const services = useServices('postgres', 'rabbitmq');

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({
    postgresDsn: services.postgres.url,
    rabbitmqUrl: services.rabbitmq.url,
    coordinators: 10,
    // Postgres has a hundred connections, and is not alone with this test.
    env: { TORK_DATASTORE_POSTGRES_MAX_OPEN_CONNS: '4' },
  });
}, 180_000);
afterAll(() => cluster.stop(), 60_000);

const stateOf = ({ text }: ReceivedCall) => (JSON.parse(text) as { state: string }).state;
const idOf = ({ headers }: ReceivedCall) => String(headers['x-tork-delivery']);
/** Calls of which there are several, with what tells why. */
const repeated = (receiver: Receiver): string[] => {
  const seen = new Set<string>();
  return receiver
    .calls()
    .filter((call) => seen.size === seen.add(idOf(call)).size)
    .map(({ at, headers, path }) => `${path} attempt ${headers['x-tork-attempt']} at ${at}`);
};
const job = (name: string, webhooks: { url: string; event?: string }[]) => ({
  name,
  tasks: [{ name: 'a', run: 'true' }],
  webhooks,
});
const STATES = ['PENDING', 'RUNNING', 'COMPLETED'];

it('ten coordinators make every call once and in order', async () => {
  const receiver = await startReceiver();
  const hooks = (n: number) => [
    { url: `${receiver.url}/job/${n}` },
    { url: `${receiver.url}/task/${n}`, event: 'task.StateChange' },
  ];

  const ids = await Promise.all(Array.from({ length: 60 }, (_, n) => cluster.client.submit(job(`job ${n}`, hooks(n)))));
  await allCompleted(cluster.client, ids, 60_000);
  await eventually(() => expect(receiver.calls().length).toBeGreaterThanOrEqual(60 * 6), { timeoutMs: 30_000 });

  expect(repeated(receiver)).toEqual([]);
  for (let n = 0; n < 60; n += 1) {
    expect(receiver.calls(`/job/${n}`).map(stateOf)).toEqual(STATES);
    expect(receiver.calls(`/task/${n}`).map(stateOf)).toEqual(['SCHEDULED', 'RUNNING', 'COMPLETED']);
  }
}, 180_000);

/** Kills every coordinator at once, and starts another one. */
async function replaceCoordinators(): Promise<void> {
  await Promise.all(cluster.coordinators.splice(0).map((coordinator) => coordinator.kill('SIGKILL')));
  await cluster.addCoordinator();
}

const once = (receiver: Receiver, count: number) =>
  eventually(() => expect(receiver.calls().length).toBeGreaterThanOrEqual(count), { timeoutMs: 60_000 });

it('a call that has failed is made again though all coordinators are killed', async () => {
  const receiver = await startReceiver({ answers: { '/': [503, 503, 200] } });
  const id = await cluster.client.submit(job('killed between attempts', [{ url: `${receiver.url}/` }]));
  await once(receiver, 1);

  await replaceCoordinators();

  await once(receiver, 5);
  await cluster.client.ended(id);
  expect(receiver.calls().map(stateOf)).toEqual(['PENDING', 'PENDING', ...STATES]);
  const [first, second, third, ...others] = receiver.calls().map(idOf);
  expect([second, third]).toEqual([first, first]);
  expect(new Set([first, ...others]).size).toBe(3);
}, 180_000);

it('a call whose coordinator is killed while it waits for the answer is made again, under the same id', async () => {
  const receiver = await startReceiver({ answers: { '/': [() => undefined, 200] } });
  await cluster.client.submit(job('killed within an attempt', [{ url: `${receiver.url}/` }]));
  await once(receiver, 1);

  await replaceCoordinators();

  await once(receiver, 4);
  const [first, ...others] = receiver.calls();
  expect(others.map(stateOf)).toEqual(STATES);
  expect(idOf(others[0]!)).toBe(idOf(first!));
  expect(others[0]!.headers['x-tork-attempt']).toBe('1');
}, 180_000);
