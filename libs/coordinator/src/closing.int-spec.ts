import { MemoryBroker } from '@tork/broker/memory';
import { RabbitmqBroker } from '@tork/broker/rabbitmq';
import { makeJob, storeJob } from '@tork/datastore/testing';
import { eventually, tcpProxy, useServices } from '@tork/testing';
import { makeCoordinator, useStore } from './coordinator-under-test.fixtures';

const store = useStore();
const services = useServices('rabbitmq');

it('a coordinator closes although its broker is away', async () => {
  await using proxy = await tcpProxy(services.rabbitmq.url);
  const broker = new RabbitmqBroker({ url: proxy.url, closeTimeoutMs: 100 });
  await broker.start();
  const { coordinator } = makeCoordinator(broker, store.datastore, {
    ownBroker: false,
    config: { heartbeat: { interval: '10ms' } },
  });
  await coordinator.start();
  await proxy.refuse();
  await eventually(() => expect(broker.health()).rejects.toThrow('missing'));

  await coordinator.close();
  await broker.close();
}, 20_000);

it('a coordinator with a broker of its own handles what still waits there before it closes', async () => {
  const broker = new MemoryBroker();
  const { coordinator, outbox } = makeCoordinator(broker, store.datastore, { config: { batch: { size: 1 } } });
  await coordinator.start();
  const jobs = await Promise.all(
    Array.from({ length: 20 }, () => storeJob(store.datastore, { job: makeJob({ state: 'RUNNING', position: 1 }) })),
  );

  await broker.publish(
    jobs.map(({ job, task }) => ({
      queue: 'completed',
      body: { type: 'completed', jobId: job.id, taskId: task.id, attempt: 1, nodeId: 'node' },
    })),
  );
  await coordinator.close();
  await outbox.close();
  await broker.close();

  const states = await Promise.all(jobs.map(({ job }) => store.datastore.jobState(job.id)));
  expect(new Set(states)).toEqual(new Set(['COMPLETED']));
});

it('a coordinator says that it is gone', async () => {
  const broker = new MemoryBroker();
  const { coordinator, outbox } = makeCoordinator(broker, store.datastore);
  await coordinator.start();

  await coordinator.close();
  await outbox.close();
  await broker.close();

  expect(await store.sql('SELECT status FROM nodes WHERE id = $1', [coordinator.id])).toEqual([{ status: 'DOWN' }]);
});
