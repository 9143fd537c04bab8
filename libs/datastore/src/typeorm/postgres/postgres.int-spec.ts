import { createDatabase, eventually, tcpProxy, useServices } from '@tork/testing';
import { getMetadataArgsStorage } from 'typeorm';
import { describeDatastore, makeJob, newId, storeJob, storeJobs } from '../../testing';
import { ENTITIES } from '../entities';
import { TypeormDatastore } from '../typeorm.datastore';
import type { TypeormDatastoreOptions } from '../typeorm.datastore';
import { PostgresBackend } from './postgres.backend';
import type { PostgresSettings } from './pool-config';

const services = useServices('postgres');
const SETTINGS = { maxOpen: 10, maxIdle: 10, maxLifetimeMs: 3_600_000, maxIdleMs: 300_000 };

/** Connects; what is not closed by the end of its test is closed then. */
const opened: TypeormDatastore[] = [];
const connect = (settings: Partial<PostgresSettings> = {}, options: TypeormDatastoreOptions = {}) => {
  const datastore = new TypeormDatastore(
    new PostgresBackend({ dsn: services.postgres.url, ...SETTINGS, ...settings }),
    options,
  );
  opened.push(datastore);
  return datastore;
};
const started = async (settings?: Partial<PostgresSettings>, options?: TypeormDatastoreOptions) => {
  const datastore = connect(settings, options);
  await datastore.start();
  return datastore;
};
afterEach(() => Promise.all(opened.splice(0).map((datastore) => datastore.close())));

/** A promise and what settles it. */
const signal = () => {
  let send = (): void => undefined;
  const received = new Promise<void>((resolve) => (send = resolve));
  return { send, received };
};

const dsnWith = (parameters: string): string => `${services.postgres.url}?${parameters}`;

describe('the schema', () => {
  it('is made by the first of several processes that start together', async () => {
    const ran = await Promise.all([1, 2, 3, 4].map(() => connect({ maxOpen: 1 }).migrate()));

    expect(ran.flat()).toEqual(['Initial1795500000000']);
    expect(await connect().migrate()).toEqual([]);
  });

  it('has the columns that the entities describe, and no others', async () => {
    const { columns, tables } = getMetadataArgsStorage();
    const described = ENTITIES.flatMap((entity) => {
      const table = tables.find(({ target }) => target === entity)?.name;
      return columns
        .filter(({ target }) => target === entity)
        .map(({ propertyName, options }) => ({
          column: `${table}.${options.name ?? propertyName}`,
          type: TYPES[`${String(options.type)}${options.array ? '[]' : ''}`],
          nullable: options.nullable === true ? 'YES' : 'NO',
        }));
    });

    const stored = await services.postgres.sql(
      `SELECT table_name || '.' || column_name AS column, udt_name AS type, is_nullable AS nullable
       FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'jobs_counts')`,
    );

    const byColumn = (a: { column?: unknown }, b: { column?: unknown }) =>
      String(a.column) < String(b.column) ? -1 : 1;
    expect(described.sort(byColumn)).toEqual(stored.sort(byColumn));
  });

  it('is asked for where it is missing', async () => {
    await using empty = await createDatabase();
    const datastore = await started({ dsn: empty.url });

    await expect(datastore.jobState('x')).rejects.toMatchObject({
      code: 'DATASTORE_UNAVAILABLE',
      message: 'the database has no current schema: run `tork migration`',
    });
    await datastore.close();
  });
});

/** How Postgres calls the types of the entities. */
const TYPES: Record<string, string> = {
  text: 'text',
  'text[]': '_text',
  int: 'int4',
  bigint: 'int8',
  bool: 'bool',
  'double precision': 'float8',
  timestamptz: 'timestamptz',
  json: 'json',
  tsvector: 'tsvector',
};

describeDatastore('Postgres', () => {
  const datastore = new TypeormDatastore(new PostgresBackend({ dsn: services.postgres.url, ...SETTINGS }));
  return datastore.migrate().then(() => datastore);
});

describe('several connections', () => {
  it('wait for each other only where they change the same job', async () => {
    const datastore = await started();
    const [{ job: a }, { job: b }] = [await storeJob(datastore), await storeJob(datastore)];
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
      const [row] = await services.postgres.sql(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(row).toEqual({ n: 1 });
    });
    await datastore.transaction((tx) => tx.lockJobs([b.id])).then(() => order.push('other'));
    ready.send();
    await Promise.all([holder, waiter]);

    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('leave messages alone that another relay holds', async () => {
    const datastore = await started();
    const queue = newId();
    const written = await datastore.transaction((tx) =>
      tx.write({ outbox: [1, 2, 3, 4].map((body) => ({ queue, body })) }),
    );
    const claim = (limit: number) => ({ before: new Date(Date.now() + 60_000), now: new Date(), limit });

    const [first, second] = await datastore.transaction(async (one) => {
      const claimed = await one.claimOutbox(claim(2));
      return [claimed, await datastore.transaction((other) => other.claimOutbox(claim(10)))];
    });

    expect(first).toEqual(written.slice(0, 2));
    expect(second).toEqual(written.slice(2));
    await datastore.deleteOutbox(written.map(({ id }) => id));
  });

  it('hold a named lock one at a time', async () => {
    const datastore = await started();
    const name = newId();

    const [mine, theirs] = await datastore.transaction(async (one) => [
      await one.tryLock(name),
      await datastore.transaction((other) => other.tryLock(name)),
    ]);

    expect([mine, theirs]).toEqual([true, false]);
    expect(await datastore.transaction((tx) => tx.tryLock(name))).toBe(true);
  });

  it('are as many as wanted, and fewer when nobody needs them', async () => {
    const datastore = await started({ maxOpen: 3, maxIdle: 1 });
    const connections = async () =>
      (
        await services.postgres.sql(
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
    const datastore = await started({ dsn: dsnWith('connect_timeout=1'), maxOpen: 1 });
    const done = signal();
    const holder = datastore.transaction(() => done.received);

    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });

    done.send();
    await holder;
    await datastore.health();
  });
});

describe('when Postgres goes away', () => {
  const terminate = () =>
    services.postgres.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  it('transactions under way fail, and the next ones find new connections', async () => {
    const datastore = await started();
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
    const datastore = await started();
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
    await using proxy = await tcpProxy(services.postgres.url);
    const datastore = await started({ dsn: `${proxy.url}?statement_timeout=200&connect_timeout=1`, maxOpen: 1 });

    proxy.stall();
    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await expect(datastore.health()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await proxy.resume();

    await eventually(() => datastore.health());
  }, 30_000);

  it('a statement that takes too long is ended', async () => {
    const datastore = await started({ dsn: dsnWith('statement_timeout=100') });
    const { job } = await storeJob(datastore);

    const run = datastore.transaction(async (one) => {
      await one.lockJobs([job.id]);
      await datastore.transaction((other) => other.lockJobs([job.id]));
    });

    await expect(run).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });

  it('it says where it looked, and no password', async () => {
    const { username } = new URL(services.postgres.url);
    for (const [dsn, message] of [
      ['host=127.0.0.1 port=1 user=tork password=hidden', /^cannot connect to Postgres at 127.0.0.1:1: .*ECONNREFUSED/],
      [`user=${username} password=hidden dbname=no_such_database`, /^cannot connect to Postgres at localhost:5432: /],
    ] as const) {
      const failure = await connect({ dsn })
        .start()
        .catch((error: unknown) => error);

      expect(failure).toMatchObject({ code: 'DATASTORE_UNAVAILABLE', message: expect.stringMatching(message) });
      expect(String(failure)).not.toContain('hidden');
    }
  });

  it('a start that failed can be tried again, or given up', async () => {
    const datastore = connect({ dsn: 'host=127.0.0.1 port=1 user=tork' });

    for (let n = 0; n < 2; n++)
      await expect(datastore.start()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
    await datastore.close();
    await datastore.close();
    await expect(datastore.start()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });
});

describe('closing', () => {
  it('waits for transactions under way, and takes no new ones', async () => {
    const datastore = await started();
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

    expect(await (await started()).jobState(job.id)).toBe('PENDING');
  });
});

describe('connections', () => {
  it('are made from a key/value data source name too', async () => {
    const { hostname, port, username, password, pathname } = new URL(services.postgres.url);
    const datastore = await started({
      dsn: `host=${hostname} port=${port || 5432} user=${username} password='${password}' dbname=${pathname.slice(1)} sslmode=disable`,
    });

    await datastore.health();
  });

  it('are encrypted where the server can and the data source name wants it', async () => {
    const [ssl] = await services.postgres.sql<{ ssl: string }>('SHOW ssl');
    const encrypted = `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
      WHERE datname = current_database() AND application_name = $1`;

    const preferring = await started({ dsn: dsnWith('sslmode=prefer&application_name=preferring') });
    await preferring.health();
    expect(await services.postgres.sql(encrypted, ['preferring'])).toEqual([{ ssl: ssl?.ssl === 'on' }]);

    const requiring = connect({ dsn: dsnWith('sslmode=require') });
    if (ssl?.ssl === 'on') await requiring.start();
    else await expect(requiring.start()).rejects.toThrow('does not support SSL');
  });

  it('keep their own time, whatever the database’s', async () => {
    await services.postgres.sql(`ALTER DATABASE ${services.postgres.name} SET timezone TO 'Pacific/Chatham'`);
    const datastore = await started();
    const createdAt = new Date('2024-03-31T01:30:00.123Z');
    const job = makeJob({ createdAt });
    await storeJobs(datastore, [job]);

    expect((await datastore.job(job.id))?.createdAt).toEqual(createdAt);
    const [row] = await services.postgres.sql<{ at: Date }>('SELECT created_at AS at FROM jobs WHERE id = $1', [
      job.id,
    ]);
    expect(row?.at).toEqual(createdAt);
  });
});

describe('secrets at rest', () => {
  const SECRET = 'very-secret-text';
  const job = () =>
    makeJob({
      secrets: { password: SECRET, odd: 'enc:not encrypted' },
      context: { secrets: { password: SECRET } },
      webhooks: [{ url: 'http://localhost', headers: { authorization: SECRET } }],
      tasks: [{ name: 'a', registry: { username: 'u', password: SECRET }, subjob: { secrets: { a: SECRET } } }],
    });
  const task = { env: { PASSWORD: SECRET }, cmd: ['login', SECRET], pre: [{ name: 'p', env: { A: SECRET } }] };
  const everything = (jobId: string) =>
    services.postgres.sql(
      `SELECT (SELECT row_to_json(j) FROM jobs j WHERE id = $1)::text || (SELECT row_to_json(p) FROM jobs_progress p WHERE id = $1)::text
        || (SELECT json_agg(t) FROM tasks t WHERE job_id = $1)::text || (SELECT json_agg(o) FROM outbox o)::text AS rows`,
      [jobId],
    );

  it('are encrypted wherever they are copied to, and come back plain', async () => {
    const datastore = await started({}, { encryptionKey: 'a key' });
    const stored = await storeJob(datastore, { job: job(), task });
    const message = { queue: newId(), body: { id: 'x', env: { PASSWORD: SECRET } } };
    const [row] = await datastore.transaction((tx) => tx.write({ outbox: [message] }));

    const [{ rows }] = (await everything(stored.job.id)) as [{ rows: string }];
    expect(rows).not.toContain(SECRET);
    expect(rows.match(/"enc:/g)).toHaveLength(11);

    expect(await datastore.job(stored.job.id)).toEqual({ ...stored.job, execution: [stored.task] });
    const [locked, tasks, outbox] = await datastore.transaction((tx) =>
      Promise.all([
        tx.lockJobs([stored.job.id]),
        tx.tasks([stored.task.id]),
        tx.claimOutbox({ before: new Date(Date.now() + 60_000), now: new Date(), limit: 1000 }),
      ]),
    );
    expect([locked, tasks]).toEqual([[stored.job], [stored.task]]);
    expect(outbox).toContainEqual(row);
    await datastore.deleteOutbox([row!.id]);
  });

  it('are unreadable without the key, and not spoilt', async () => {
    const { job: stored } = await storeJob(await started({}, { encryptionKey: 'a key' }), { job: job(), task });
    for (const options of [{}, { encryptionKey: 'another' }]) {
      const datastore = await started({}, options);

      expect((await datastore.job(stored.id))?.secrets).toEqual({ password: '[encrypted]', odd: '[encrypted]' });
      await expect(datastore.transaction((tx) => tx.lockJobs([stored.id]))).rejects.toMatchObject({
        code: 'DATASTORE_UNAVAILABLE',
        message: 'a secret in the datastore is encrypted with a key that is not configured',
      });
    }

    const changed = await started({}, { encryptionKey: 'new', formerKeys: ['a key'] });
    expect(await changed.transaction((tx) => tx.lockJobs([stored.id]))).toEqual([stored]);
  });

  it('are stored as they are without a key, even those that look encrypted', async () => {
    const datastore = await started();
    const stored = job();
    await storeJobs(datastore, [stored]);

    expect(await datastore.job(stored.id)).toMatchObject({ secrets: stored.secrets });
  });
});
