import { eventually, tcpProxy } from '@tork/testing';
import { makeJob, storeJob, storeJobs } from '../../testing';
import { signal, usePostgresDatastores } from '../../testing/postgres-datastores';

const datastores = usePostgresDatastores();

describe('when Postgres goes away', () => {
  const terminate = () =>
    datastores.postgres.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  it('transactions under way fail, and the next ones find new connections', async () => {
    const datastore = await datastores.start();
    const job = makeJob();
    const [ready, gone] = [signal(), signal()];
    const run = datastore.transaction(async (tx) => {
      await tx.write({ newJobs: [job] });
      ready.send();
      await gone.received;
      await tx.lockJobs([job.id]);
    });
    await ready.received;

    await terminate();
    gone.send();

    await expect(run).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await eventually(() => datastore.health());
    expect(await datastore.jobState(job.id)).toBeUndefined();
    await storeJobs(datastore, [job]);
  });

  it('statements under way fail, and idle connections are replaced', async () => {
    const datastore = await datastores.start();
    const { job } = await storeJob(datastore);
    await Promise.all(Array.from({ length: 5 }, () => datastore.health()));
    const locked = signal();
    const done = signal();
    const holder = datastore.transaction(async (tx) => {
      await tx.lockJobs([job.id]);
      locked.send();
      await done.received;
    });
    await locked.received;
    const waiter = datastore.transaction((tx) => tx.lockJobs([job.id]));
    waiter.catch(() => undefined);

    await eventually(async () => {
      await terminate();
      await expect(Promise.race([waiter, Promise.resolve('waits')])).rejects.toMatchObject({
        code: 'DATASTORE_UNAVAILABLE',
      });
    });
    done.send();
    await expect(holder).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });

    await eventually(() => Promise.all(Array.from({ length: 5 }, () => datastore.health())));
  });

  it('a server that does not answer is given up', async () => {
    await using proxy = await tcpProxy(datastores.postgres.url);
    const datastore = await datastores.start({
      dsn: `${proxy.url}?statement_timeout=200&connect_timeout=1`,
      maxOpen: 1,
    });

    proxy.stall();
    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await proxy.resume();

    await eventually(() => datastore.health());
  }, 30_000);

  it('a statement that takes too long is ended', async () => {
    const datastore = await datastores.start({ dsn: datastores.dsnWith('statement_timeout=100') });
    const { job } = await storeJob(datastore);

    const run = datastore.transaction(async (one) => {
      await one.lockJobs([job.id]);
      await datastore.transaction((other) => other.lockJobs([job.id]));
    });

    await expect(run).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });

  it('it says where it looked, and no password', async () => {
    const { username } = new URL(datastores.postgres.url);
    for (const [dsn, message] of [
      ['host=127.0.0.1 port=1 user=tork password=hidden', /^cannot connect to Postgres at 127.0.0.1:1: .*ECONNREFUSED/],
      [`user=${username} password=hidden dbname=no_such_database`, /^cannot connect to Postgres at localhost:5432: /],
    ] as const) {
      const failure = await datastores
        .make({ dsn })
        .start()
        .catch((error: unknown) => error);

      expect(failure).toMatchObject({ code: 'DATASTORE_UNAVAILABLE', message: expect.stringMatching(message) });
      expect(String(failure)).not.toContain('hidden');
    }
  });

  it('a start that failed can be tried again, or given up', async () => {
    const datastore = datastores.make({ dsn: 'host=127.0.0.1 port=1 user=tork' });

    for (let n = 0; n < 2; n++)
      await expect(datastore.start()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await datastore.close();
    await datastore.close();
    await expect(datastore.start()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });
});

describe('closing', () => {
  it('waits for transactions under way, and takes no new ones', async () => {
    const datastore = await datastores.start();
    const job = makeJob();
    const [ready, go] = [signal(), signal()];
    const run = datastore.transaction(async (tx) => {
      ready.send();
      await go.received;
      await tx.write({ newJobs: [job] });
    });
    await ready.received;

    const closed = datastore.close();
    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    go.send();
    await run;
    await closed;

    expect(await (await datastores.start()).jobState(job.id)).toBe('PENDING');
  });
});
