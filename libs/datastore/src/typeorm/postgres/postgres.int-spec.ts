import { eventually } from '@tork/testing';
import { describeDatastore, makeJob, newId, storeJobs } from '../../testing';
import { SETTINGS, signal, usePostgresDatastores } from '../../testing/postgres-datastores';
import { TypeormDatastore } from '../typeorm.datastore';
import { PostgresBackend } from './postgres.backend';

const datastores = usePostgresDatastores();

describeDatastore('Postgres', async () => {
  const datastore = new TypeormDatastore(new PostgresBackend({ dsn: datastores.postgres.url, ...SETTINGS }));
  await datastore.start();
  return datastore;
});

describe('several connections', () => {
  it('wait for each other only where they change the same job', async () => {
    const datastore = await datastores.start();
    const [a, b, c] = [makeJob(), makeJob(), makeJob()];
    await storeJobs(datastore, [a, b, c]);
    const [locked, ready] = [signal(), signal()];
    const order: string[] = [];
    const holder = datastore.transaction(async (tx) => {
      await tx.lockJobs([a.id]);
      locked.send();
      await ready.received;
      order.push('first');
    });
    await locked.received;

    const waiter = datastore.transaction(async (tx) => {
      await tx.lockJobs([a.id, b.id]);
      order.push('second');
    });
    await eventually(async () => {
      const [row] = await datastores.postgres.sql(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(row).toEqual({ n: 1 });
    });
    await datastore.transaction((tx) => tx.lockJobs([c.id])).then(() => order.push('other'));
    ready.send();
    await Promise.all([holder, waiter]);

    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('leave messages alone that another relay holds', async () => {
    const datastore = await datastores.start();
    const queue = newId();
    const written = await datastore.transaction((tx) =>
      tx.write({ outbox: [1, 2, 3, 4].map((body) => ({ queue, body })) }),
    );
    const after = String(BigInt(written[0]!.id) - 1n);
    const claim = (limit: number) => ({ before: new Date(Date.now() + 60_000), now: new Date(), limit, after });

    const [first, second] = await datastore.transaction(async (one) => {
      const claimed = await one.claimOutbox(claim(2));
      return [claimed, await datastore.transaction((other) => other.claimOutbox(claim(10)))];
    });

    expect(first).toEqual(written.slice(0, 2));
    expect(second).toEqual(written.slice(2));
    await datastore.deleteOutbox(written.map(({ id }) => id));
  });

  it('hold a named lock one at a time', async () => {
    const datastore = await datastores.start();
    const name = newId();

    const [mine, theirs] = await datastore.transaction(async (one) => [
      await one.tryLock(name),
      await datastore.transaction((other) => other.tryLock(name)),
    ]);

    expect([mine, theirs]).toEqual([true, false]);
    expect(await datastore.transaction((tx) => tx.tryLock(name))).toBe(true);
  });

  it('are as many as wanted, and fewer when nobody needs them', async () => {
    const datastore = await datastores.start({ maxOpen: 3, maxIdle: 1 });
    const connections = async () =>
      (
        await datastores.postgres.sql(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tork'`,
        )
      ).length;
    let most = 0;

    await Promise.all(
      Array.from({ length: 9 }, () =>
        datastore.transaction(async (tx) => {
          await tx.tasks(['x']);
          most = Math.max(most, await connections());
        }),
      ),
    );

    expect(most).toBe(3);
    await eventually(async () => expect(await connections()).toBe(1));
  });

  it('are waited for no longer than the connect timeout', async () => {
    const datastore = await datastores.start({ dsn: datastores.dsnWith('connect_timeout=1'), maxOpen: 1 });
    const done = signal();
    const holder = datastore.transaction(() => done.received);

    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });

    done.send();
    await holder;
    await datastore.health();
  });
});

describe('connections', () => {
  it('are made from a key/value data source name too', async () => {
    const { hostname, port, username, password, pathname } = new URL(datastores.postgres.url);
    const datastore = await datastores.start({
      dsn: `host=${hostname} port=${port || 5432} user=${username} password='${password}' dbname=${pathname.slice(1)} sslmode=disable`,
    });

    await datastore.health();
  });

  it('are encrypted where the server can and the data source name wants it', async () => {
    const [ssl] = await datastores.postgres.sql<{ ssl: string }>('SHOW ssl');
    const encrypted = `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
      WHERE datname = current_database() AND application_name = $1`;

    const preferring = await datastores.start({
      dsn: datastores.dsnWith('sslmode=prefer&application_name=preferring'),
    });
    await preferring.health();
    expect(await datastores.postgres.sql(encrypted, ['preferring'])).toEqual([{ ssl: ssl?.ssl === 'on' }]);

    const requiring = datastores.make({ dsn: datastores.dsnWith('sslmode=require') });
    if (ssl?.ssl === 'on') await requiring.start();
    else await expect(requiring.start()).rejects.toThrow('does not support SSL');
  });

  it('keep their own time, whatever the database’s', async () => {
    await datastores.postgres.sql(`ALTER DATABASE ${datastores.postgres.name} SET timezone TO 'Pacific/Chatham'`);
    const datastore = await datastores.start();
    const createdAt = new Date('2024-03-31T01:30:00.123Z');
    const job = makeJob({ createdAt });
    await storeJobs(datastore, [job]);

    expect((await datastore.job(job.id))?.createdAt).toEqual(createdAt);
    const [row] = await datastores.postgres.sql<{ at: Date }>('SELECT created_at AS at FROM jobs WHERE id = $1', [
      job.id,
    ]);
    expect(row?.at).toEqual(createdAt);
  });
});
