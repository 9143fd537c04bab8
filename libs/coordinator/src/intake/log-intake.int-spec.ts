import type { Delivery } from '@tork/broker';
import { DatastoreUnavailableError } from '@tork/datastore';
import { makeShipment, storeJob } from '@tork/datastore/testing';
import { TypeormDatastore, PostgresBackend } from '@tork/datastore/typeorm';
import { useStore } from '../coordinator-under-test.fixtures';
import { LogIntake } from './log-intake';

const store = useStore();

const deliver = (body: unknown): Delivery => ({ queue: 'logs', body, redelivered: false });
const logOf = async (taskId: string) =>
  (await store.datastore.taskLog(taskId, { page: 1, size: 10 })).items.map(({ contents }) => contents).reverse();

it('stores what arrives, and puts aside what cannot be read or stored', async () => {
  const { task } = await storeJob(store.datastore);
  const intake = new LogIntake(store.datastore);

  const verdicts = await intake.handle([
    deliver(makeShipment(task, { sequence: 1, contents: 'one\n' })),
    deliver('no shipment'),
    deliver(makeShipment(task, { sequence: 3_000_000_000, contents: 'beyond the column\n' })),
    deliver(makeShipment(task, { sequence: 2, contents: 'two\n' })),
  ]);

  expect(verdicts).toEqual(['ack', { deadLetter: expect.any(String) }, { deadLetter: expect.any(String) }, 'ack']);
  expect(await logOf(task.id)).toEqual(['one\n', 'two\n']);
});

it('gives everything back while the datastore is away', async () => {
  const pool = { maxOpen: 1, maxIdle: 1, maxIdleMs: 1, maxLifetimeMs: 1 };
  const away = new TypeormDatastore(new PostgresBackend({ dsn: 'postgres://nobody@127.0.0.1:1/none', ...pool }));

  await expect(new LogIntake(away).handle([deliver(makeShipment({ id: 'task' }))])).rejects.toThrow(
    DatastoreUnavailableError,
  );
});
