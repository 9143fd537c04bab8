import type { JobDocument } from '@tork/core';
import { TEST_IMAGE, ensureImage } from '@tork/runtime/testing';
import { useServices } from '@tork/testing';
import { allCompleted } from './harness/client';
import { Cluster } from './harness/cluster';

const services = useServices('postgres', 'rabbitmq');

/** Three tasks, each working on what the one before wrote. */
const chain = (n: number): JobDocument => ({
  name: `chain ${n}`,
  inputs: { n: String(n) },
  tasks: [
    {
      name: 'double',
      var: 'doubled',
      env: { N: '{{ inputs.n }}' },
      run: 'echo "doubling $N"; printf %s $((N * 2)) > "$TORK_OUTPUT"',
    },
    {
      name: 'add',
      var: 'sum',
      env: { N: '{{ tasks.doubled }}' },
      run: 'echo "adding to $N"; printf %s $((N + 1)) > "$TORK_OUTPUT"',
    },
    { name: 'show', env: { N: '{{ tasks.sum }}' }, run: 'echo "the sum is $N"' },
  ],
  output: '{{ tasks.sum }}',
});

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start({
    postgresDsn: services.postgres.url,
    rabbitmqUrl: services.rabbitmq.url,
    coordinators: 2,
    workers: 2,
  });
}, 120_000);
afterAll(() => cluster.stop(), 60_000);

describe('api, two coordinators and two workers over RabbitMQ and Postgres', () => {
  it('complete 200 jobs of three tasks with the right results and logs', async () => {
    const numbers = Array.from({ length: 200 }, (_, n) => n);

    const ids = await Promise.all(numbers.map((n) => cluster.client.submit(chain(n))));
    const jobs = await allCompleted(cluster.client, ids, 120_000);

    expect(jobs.map(({ result }) => result)).toEqual(numbers.map((n) => String(n * 2 + 1)));
    expect(jobs.flatMap(({ execution }) => execution.map(({ state }) => state))).toEqual(Array(600).fill('COMPLETED'));
    const nodes = new Set(jobs.flatMap(({ execution }) => execution.map(({ nodeId }) => nodeId)));
    expect(nodes.size).toBe(2);
    for (const n of [0, 99, 199]) {
      expect(await cluster.client.log(ids[n]!)).toBe(`doubling ${n}\nadding to ${n * 2}\nthe sum is ${n * 2 + 1}\n`);
    }
  }, 180_000);

  it('shows its nodes and queues', async () => {
    const nodes = (await cluster.client.call<{ name: string; status: string }[]>('GET', '/nodes')).body;
    const queues = (await cluster.client.call<{ name: string; subscribers: number }[]>('GET', '/queues')).body;

    expect(nodes.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'Coordinator UP',
      'Coordinator UP',
      'Worker UP',
      'Worker UP',
    ]);
    expect(queues).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'default', subscribers: 16 })]));
  });

  it('complete 20 jobs of three tasks in containers', async () => {
    await ensureImage();
    await cluster.addWorker({
      TORK_RUNTIME_TYPE: 'docker',
      TORK_WORKER_QUEUES_DEFAULT: '0',
      TORK_WORKER_QUEUES_CONTAINERS: '4',
    });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const contained = (n: number): JobDocument => {
      const job = chain(n);
      return {
        ...job,
        defaults: { queue: 'containers' },
        tasks: job.tasks?.map((task) => ({ ...task, image: TEST_IMAGE })),
      };
    };

    const ids = await Promise.all(numbers.map((n) => cluster.client.submit(contained(n))));
    const jobs = await allCompleted(cluster.client, ids, 240_000);
    await cluster.workers.pop()!.stop();

    expect(jobs.map(({ result }) => result)).toEqual(numbers.map((n) => String(n * 2 + 1)));
    expect(await cluster.client.log(ids[7]!)).toBe('doubling 7\nadding to 14\nthe sum is 15\n');
  }, 300_000);
});
