import { eventually, useServices } from '@tork/testing';
import { allCompleted } from '../harness/client';
import { Cluster } from '../harness/cluster';

const services = useServices('postgres', 'rabbitmq');

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

const counted = (n: number) => ({
  name: `counted ${n}`,
  tasks: [
    { name: 'a', var: 'a', run: `printf a${n} > "$TORK_OUTPUT"` },
    { name: 'b', env: { A: '{{ tasks.a }}' }, run: 'printf "$A b" > "$TORK_OUTPUT"', var: 'b' },
  ],
  output: '{{ tasks.b }}',
});

it('a task whose worker is killed runs again elsewhere within 30 seconds', async () => {
  const id = await cluster.client.submit({
    name: 'long',
    tasks: [{ name: 'sleep', run: 'sleep 3; printf done > "$TORK_OUTPUT"', var: 'x' }],
  });
  const { nodeId } = await eventually(async () => {
    const task = (await cluster.client.job(id)).execution[0];
    if (task?.state !== 'RUNNING') throw new Error('not running yet');
    return task;
  });
  const victim = cluster.workers.find((worker) => worker.output.includes(nodeId!))!;
  const killedAt = Date.now();
  await victim.kill('SIGKILL');
  await cluster.addWorker();

  const job = await cluster.client.ended(id, 60_000);

  expect(job).toMatchObject({ state: 'COMPLETED', context: { tasks: { x: 'done' } } });
  const [task] = job.execution;
  expect(task).toMatchObject({ redelivered: 1 });
  expect(task!.nodeId).not.toBe(nodeId);
  expect(Date.parse(String(task!.startedAt)) - killedAt).toBeLessThan(30_000);
}, 120_000);

it('a task that has outlived its delivery runs again when its worker is killed', async () => {
  const id = await cluster.client.submit({ name: 'longer', tasks: [{ name: 'sleep', run: 'sleep 14' }] });
  const { nodeId } = await eventually(
    async () => {
      const task = (await cluster.client.job(id)).execution[0];
      const queue = (await cluster.client.call<{ unacked: number }>('GET', '/queues/default')).body;
      // The delivery is given up after ten seconds: from then on only the lease can tell that the worker is gone.
      if (task?.state !== 'RUNNING' || queue.unacked > 0 || Date.now() - Date.parse(String(task.startedAt)) < 11_000) {
        throw new Error('still held by the broker');
      }
      return task;
    },
    { timeoutMs: 20_000 },
  );
  const killedAt = Date.now();
  await cluster.workers.find((worker) => worker.output.includes(nodeId!))!.kill('SIGKILL');
  await cluster.addWorker();

  const job = await cluster.client.ended(id, 90_000);

  expect(job.state).toBe('COMPLETED');
  expect(Date.parse(String(job.execution[0]!.startedAt)) - killedAt).toBeLessThan(30_000);
}, 150_000);

it('every job completes, each task once, though coordinators are killed ten times', async () => {
  const submitted: Promise<string>[] = [];
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 20; i++) submitted.push(cluster.client.submit(counted(round * 20 + i)));
    const victim = cluster.coordinators.shift()!;
    // A random moment of the work on these jobs.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await victim.kill('SIGKILL');
    await cluster.addCoordinator();
  }

  const jobs = await allCompleted(cluster.client, await Promise.all(submitted), 120_000);

  expect(jobs.map(({ result }) => result)).toEqual(jobs.map((_, n) => `a${n} b`));
  for (const { execution } of jobs) expect(execution.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
}, 240_000);

it('a worker that is told to stop hands back what it does not finish', async () => {
  const worker = await cluster.addWorker({ TORK_WORKER_SHUTDOWN_GRACE: '1s' });
  const ids = await Promise.all(
    Array.from({ length: 24 }, () => cluster.client.submit({ name: 'slow', tasks: [{ name: 's', run: 'sleep 4' }] })),
  );
  await eventually(async () => {
    const jobs = await Promise.all(ids.map((id) => cluster.client.job(id)));
    const running = jobs.filter(
      ({ execution }) => execution[0]?.state === 'RUNNING' && worker.output.includes(execution[0].nodeId!),
    );
    expect(running.length).toBeGreaterThan(0);
  });

  const { code } = await worker.stop();
  cluster.workers.pop();

  expect(code).toBe(0);
  const jobs = await allCompleted(cluster.client, ids, 60_000);
  expect(jobs.map(({ execution }) => execution[0]!.redelivered ?? 0)).toEqual(Array(24).fill(0));
  expect(jobs.some(({ execution }) => execution[0]!.state === 'COMPLETED')).toBe(true);
}, 120_000);
