import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, spawnProcess } from '@tork/testing';
import type { SpawnedProcess } from '@tork/testing';
import { describeDatastore, makeJob, storeJob, storeJobs } from '../../testing';
import { TypeormDatastore } from '../typeorm.datastore';
import { PgliteBackend } from './pglite.backend';
import { upkeep } from './upkeep';

describeDatastore('embedded PGlite', async () => {
  const datastore = new TypeormDatastore(new PgliteBackend({}));
  await datastore.start();
  return datastore;
});

describe('embedded PGlite in a folder', () => {
  const parent = mkdtempSync(join(tmpdir(), 'tork-pglite-'));
  const opened: TypeormDatastore[] = [];
  const processes: SpawnedProcess[] = [];

  /** A folder with a database in it: making one takes longer than most tests. */
  const prepared = (name: string): string => {
    const folder = join(parent, name);
    cpSync(join(parent, 'template'), folder, { recursive: true });
    return folder;
  };
  const open = async (folder: string) => {
    const datastore = new TypeormDatastore(new PgliteBackend({ folder }));
    opened.push(datastore);
    await datastore.start();
    return datastore;
  };
  /** Has written `jobs` jobs, and goes on until it is killed. */
  const writer = async (folder: string, jobs: number) => {
    const process = spawnProcess(join(__dirname, '../../../dist/testing/embedded-process.js'), [folder]);
    processes.push(process);
    await process.waitForOutput(new RegExp(`(?:[0-9a-f]{32}\n){${jobs}}`), { timeoutMs: 60_000 });
    return process;
  };

  beforeAll(async () => {
    await (await open(join(parent, 'template'))).close();
  }, 60_000);
  afterEach(async () => {
    for (const process of processes.splice(0)) await process[Symbol.asyncDispose]();
    for (const datastore of opened.splice(0)) await datastore.close();
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('keeps what was committed when its process is killed, and nothing by halves', async () => {
    const folder = prepared('killed');
    for (const jobs of [20, 1]) {
      const process = await writer(folder, jobs);
      await process.kill('SIGKILL');
      const committed = process.output.match(/[0-9a-f]{32}(?=\n)/g)!;

      const datastore = await open(folder);

      for (const id of committed) expect(await datastore.jobState(id)).toBe('PENDING');
      const { totalItems } = await datastore.jobs({ page: 1, size: 1 });
      const messages = await datastore.transaction((tx) =>
        tx.claimOutbox({ before: new Date(Date.now() + 60_000), now: new Date(), limit: 1_000_000 }),
      );
      expect(totalItems).toBeGreaterThanOrEqual(committed.length);
      expect(messages).toHaveLength(3 * totalItems);
      await datastore.close();
    }
  }, 120_000);

  it('is one process’s alone, for as long as it lives', async () => {
    const folder = prepared('shared');
    const process = await writer(folder, 1);

    await expect(open(folder)).rejects.toThrow(`the data folder ${folder} is in use by process ${process.pid}`);
    await process.kill('SIGKILL');
    await open(folder);
    await expect(open(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
  }, 120_000);

  it('opens after a clean end with all that was there', async () => {
    const folder = prepared(join('a', 'long', 'path'.repeat(30)));
    const first = await open(folder);
    const { job } = await storeJob(first);
    await first.close();

    const second = await open(folder);

    expect(await second.job(job.id)).toMatchObject({ id: job.id });
    expect(await second.migrate()).toEqual([]);
  }, 60_000);

  it('begins anew where a process died over the making of the database', async () => {
    const folder = join(parent, 'unfinished');
    mkdirSync(join(folder, 'pgdata.new'), { recursive: true });
    writeFileSync(join(folder, 'pgdata.new', 'PG_VERSION'), '18');

    const datastore = await open(folder);

    expect(await datastore.user('guest')).toBeDefined();
    expect(readdirSync(folder).sort()).toEqual(['lock.sock', 'pgdata']);
  }, 60_000);

  it('says what is wrong with a folder that it cannot read', async () => {
    const folder = join(parent, 'broken');
    mkdirSync(join(folder, 'pgdata'), { recursive: true });
    writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '9.6\n');

    await expect(open(folder)).rejects.toMatchObject({
      code: 'DATASTORE_UNAVAILABLE',
      message: expect.stringContaining(`cannot connect to the embedded database in ${folder}: `),
    });
  }, 60_000);

  it('comes back by itself when its thread dies', async () => {
    const datastore = await open(prepared('thread'));
    const { job } = await storeJob(datastore);

    await expect(crash(datastore)).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });

    expect(await datastore.jobState(job.id)).toBe('PENDING');
    await storeJobs(datastore, [makeJob()]);
  }, 60_000);

  it('clears away dead rows and the log that nobody needs any more', async () => {
    const datastore = await open(prepared('upkeep'));
    const body = 'x'.repeat(200);
    for (let n = 0; n < 4; n++) {
      const rows = await datastore.transaction((tx) =>
        tx.write({ outbox: Array.from({ length: 1_000 }, () => ({ queue: 'q', body })) }),
      );
      await datastore.deleteOutbox(rows.map(({ id }) => id));
    }
    const { connections } = inside(datastore);
    const size = () => connections.use((session) => session.query(`SELECT pg_relation_size('outbox') AS size`));
    expect(await size()).not.toEqual([{ size: '0' }]);

    // The database counts dead rows with a delay of its own.
    await eventually(async () => {
      await upkeep(connections);
      expect(await size()).toEqual([{ size: '0' }]);
    });
  }, 60_000);

  it('lends its one connection in the order of asking', async () => {
    const datastore = await open(prepared('fifo'));
    const order: string[] = [];

    await Promise.all(
      [1, 2, 3].map((n) =>
        datastore.transaction(async (tx) => {
          order.push(`begin ${n}`);
          await tx.tasks(['x']);
          await new Promise(setImmediate);
          await tx.tasks(['y']);
          order.push(`end ${n}`);
        }),
      ),
    );

    expect(order).toEqual([1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
  }, 60_000);

  it('takes over the lock of a process that is gone, but not the socket of one that lives', async () => {
    const folder = prepared('stale');
    const server = createServer((socket) => socket.end('4711'));
    await new Promise<void>((resolve) => server.listen(join(folder, 'lock.sock'), resolve));
    await expect(open(folder)).rejects.toThrow('in use by process 4711');
    expect(existsSync(join(folder, 'lock.sock'))).toBe(true);
    await new Promise((resolve) => server.close(resolve));

    await expect(open(folder)).resolves.toBeDefined();
  }, 60_000);
});

interface Inside {
  connections: Parameters<typeof upkeep>[0];
}

/** What the port does not offer. */
const inside = (datastore: TypeormDatastore) => datastore as unknown as Inside;

/** Ends the thread in the middle of a query, as a fault of the database would. */
const crash = (datastore: TypeormDatastore) => {
  const { thread } = (datastore as unknown as { backend: { thread: { worker: Promise<{ terminate(): unknown }> } } })
    .backend;
  void thread.worker.then((worker) => worker.terminate());
  return inside(datastore).connections.use((session) => session.query('SELECT pg_sleep(5)'));
};
