import type { Cluster as ClusterType } from '../harness/cluster';
import { allCompleted } from '../harness/client';
import { Cluster } from '../harness/cluster';
import { ownPostgres } from '../harness/own-postgres';
import type { OwnPostgres } from '../harness/own-postgres';
import { ownRabbitmq } from '../harness/own-rabbitmq';
import type { OwnRabbitmq } from '../harness/own-rabbitmq';

let postgres: OwnPostgres;
let rabbitmq: OwnRabbitmq;
let cluster: ClusterType;

beforeAll(async () => {
  [postgres, rabbitmq] = await Promise.all([ownPostgres(), ownRabbitmq()]);
  cluster = await Cluster.start({ postgresDsn: postgres.dsn, rabbitmqUrl: rabbitmq.url, coordinators: 2, workers: 2 });
}, 180_000);
afterAll(() => cluster?.stop(), 60_000);

/** Submits jobs one after the other until told to stop; whatever was accepted counts. */
function submitting(): { stop(): Promise<string[]>; accepted: string[] } {
  let going = true;
  const accepted: string[] = [];
  const loop = async () => {
    while (going) {
      const n = accepted.length;
      accepted.push(
        await cluster.client.submit({
          name: 'under load',
          tasks: [
            { name: 'a', var: 'a', run: 'printf %s "$N" > "$TORK_OUTPUT"', env: { N: String(n) } },
            { name: 'b', run: 'sleep 0.05' },
          ],
        }),
      );
    }
  };
  const loops = Promise.all([loop(), loop(), loop()]);
  return {
    accepted,
    stop: async () => {
      going = false;
      await loops;
      return accepted;
    },
  };
}

async function faultUnderLoad(fault: () => Promise<void>): Promise<void> {
  const load = submitting();
  while (load.accepted.length < 20) await new Promise((resolve) => setImmediate(resolve));
  await fault();
  const after = load.accepted.length;
  while (load.accepted.length < after + 20) await new Promise((resolve) => setTimeout(resolve, 10));
  const jobs = await allCompleted(cluster.client, await load.stop(), 120_000);
  for (const { execution } of jobs) expect(execution.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
}

it('every accepted job completes though RabbitMQ is stopped and started', async () => {
  await faultUnderLoad(async () => {
    await rabbitmq.stop();
    await rabbitmq.start();
  });
}, 240_000);

it('every accepted job completes though Postgres is stopped and started', async () => {
  await faultUnderLoad(async () => {
    await postgres.stop();
    await postgres.start();
  });
}, 240_000);

it('no task is taken from its node because Postgres is away for longer than a lease', async () => {
  const quick = await Cluster.start({
    postgresDsn: postgres.dsn,
    rabbitmqUrl: rabbitmq.url,
    coordinators: 2,
    env: {
      TORK_COORDINATOR_LEASE: '4s',
      TORK_COORDINATOR_HEARTBEAT_INTERVAL: '1s',
      TORK_COORDINATOR_SWEEP_INTERVAL: '200ms',
      TORK_WORKER_LEASE: '4s',
      TORK_WORKER_HEARTBEAT_INTERVAL: '1s',
      TORK_WORKER_RELEASE_AFTER: '1s',
      TORK_WORKER_QUEUES_DEFAULT: '0',
      TORK_WORKER_QUEUES_QUIET: '1',
    },
  });
  const id = await quick.client.submit({ name: 'quiet', tasks: [{ name: 'long', queue: 'quiet', run: 'sleep 20' }] });
  await waitForRunning(id);

  await postgres.stop();
  await new Promise((resolve) => setTimeout(resolve, 8_000)); // as long as two leases
  await postgres.start();

  const job = await quick.client.ended(id, 60_000);
  await quick.stop();
  expect(job).toMatchObject({ state: 'COMPLETED', execution: [{ state: 'COMPLETED' }] });
  expect(job.execution[0]).not.toHaveProperty('redelivered');
}, 180_000);

it('every accepted job completes though RabbitMQ is wiped', async () => {
  await faultUnderLoad(() => rabbitmq.wipe());
}, 240_000);

it('a task that outlives the consumer timeout runs once', async () => {
  await rabbitmq.ctl('eval', 'application:set_env(rabbit, consumer_timeout, 15000).');

  const id = await cluster.client.submit({
    name: 'outlives',
    tasks: [{ name: 'long', run: 'echo begun; sleep 75; echo ended' }],
  });
  const job = await cluster.client.ended(id, 120_000);

  expect(job.state).toBe('COMPLETED');
  expect(job.execution).toHaveLength(1);
  expect(job.execution[0]).not.toHaveProperty('redelivered');
  expect(await cluster.client.log(id)).toBe('begun\nended\n');
}, 180_000);

it('a worker that was frozen past its lease cannot change the outcome of its task', async () => {
  const frozen = await cluster.addWorker({ TORK_WORKER_QUEUES_ICE: '1', TORK_WORKER_QUEUES_DEFAULT: '0' });
  const id = await cluster.client.submit({
    name: 'frozen',
    tasks: [{ name: 'who', queue: 'ice', run: 'sleep 2; printf %s "$WORKDIR" > "$TORK_OUTPUT"', var: 'dir' }],
  });
  await waitForRunning(id);
  frozen.freeze();
  const second = await cluster.addWorker({ TORK_WORKER_QUEUES_ICE: '1', TORK_WORKER_QUEUES_DEFAULT: '0' });

  const job = await cluster.client.ended(id, 120_000);
  frozen.thaw();
  await frozen.stop();

  expect(job.state).toBe('COMPLETED');
  expect(second.output).toContain(job.execution[0]!.nodeId);
  const afterwards = await cluster.client.job(id);
  expect(afterwards).toMatchObject({ state: 'COMPLETED', context: job.context });
  expect(afterwards.execution).toEqual(job.execution);
}, 180_000);

async function waitForRunning(id: string): Promise<void> {
  for (;;) {
    if ((await cluster.client.job(id)).execution[0]?.state === 'RUNNING') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
