import { makeJob, newId, storeJob, storeJobs } from '../../testing';
import { usePostgresDatastores } from '../../testing/postgres-datastores';

const datastores = usePostgresDatastores();

describe('secrets at rest', () => {
  const SECRET = 'very-secret-text';
  const job = () =>
    makeJob({
      inputs: { url: `http://x:${SECRET}@y/` },
      output: SECRET,
      secrets: { password: SECRET, odd: 'enc:not encrypted' },
      context: { secrets: { password: SECRET }, tasks: { leak: SECRET } },
      result: `got ${SECRET}`,
      error: SECRET,
      webhooks: [{ url: 'http://localhost', headers: { authorization: SECRET } }],
      tasks: [{ name: 'a', registry: { username: 'u', password: SECRET }, subjob: { secrets: { a: SECRET } } }],
    });
  const task = {
    run: `echo ${SECRET}`,
    files: { f: SECRET },
    result: SECRET,
    error: `exit code 1: ${SECRET}`,
    env: { PASSWORD: SECRET },
    cmd: ['login', SECRET],
    pre: [{ name: 'p', env: { A: SECRET } }],
  };
  const everything = (jobId: string) =>
    datastores.postgres.sql(
      `SELECT (SELECT row_to_json(j) FROM jobs j WHERE id = $1)::text || (SELECT row_to_json(p) FROM jobs_progress p WHERE id = $1)::text
        || (SELECT json_agg(t) FROM tasks t WHERE job_id = $1)::text || (SELECT json_agg(o) FROM outbox o)::text AS rows`,
      [jobId],
    );

  it('are encrypted wherever they are copied to, and come back plain', async () => {
    const datastore = await datastores.start({}, { encryptionKey: 'a key' });
    const stored = await storeJob(datastore, { job: job(), task });
    const message = { queue: newId(), body: { id: 'x', run: SECRET, env: { PASSWORD: SECRET } } };
    const [row] = await datastore.transaction((tx) => tx.write({ outbox: [message] }));

    const [{ rows }] = (await everything(stored.job.id)) as [{ rows: string }];
    expect(rows).not.toContain(SECRET);

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
    const { job: stored } = await storeJob(await datastores.start({}, { encryptionKey: 'a key' }), {
      job: job(),
      task,
    });
    for (const options of [{}, { encryptionKey: 'another' }]) {
      const datastore = await datastores.start({}, options);

      expect((await datastore.job(stored.id))?.secrets).toEqual({ password: '[encrypted]', odd: '[encrypted]' });
      await expect(datastore.transaction((tx) => tx.lockJobs([stored.id]))).rejects.toMatchObject({
        code: 'DATASTORE_UNAVAILABLE',
        message: 'a secret in the datastore is encrypted with a key that is not configured',
      });
    }

    const changed = await datastores.start({}, { encryptionKey: 'new', formerKeys: ['a key'] });
    expect(await changed.transaction((tx) => tx.lockJobs([stored.id]))).toEqual([stored]);
  });

  it('are written anew with the present key, or plain without one', async () => {
    const old = await datastores.start({}, { encryptionKey: 'old key' });
    const { job: stored, task: storedTask } = await storeJob(old, { job: job(), task });
    const later = { queue: newId(), body: { id: 'x', run: SECRET }, notBefore: new Date('2100-01-01') };
    const [row] = await old.transaction((tx) => tx.write({ outbox: [later] }));
    const read = async (encryptionKey?: string) => {
      const datastore = await datastores.start({}, { encryptionKey });
      const [rows] = await datastore.transaction((tx) =>
        Promise.all([
          tx.claimOutbox({ before: new Date(Date.now() + 60_000), now: new Date('2101-01-01'), limit: 1000 }),
          tx.lockJobs([stored.id]),
        ]),
      );
      expect(rows).toContainEqual(row);
      expect(await datastore.job(stored.id)).toEqual({ ...stored, execution: [storedTask] });
    };

    const changed = await datastores.start({}, { encryptionKey: 'new key', formerKeys: ['old key', 'a key'] });
    expect(await changed.reencrypt()).toBeGreaterThan(3);
    await read('new key');
    const [{ rows: sealed }] = (await everything(stored.id)) as [{ rows: string }];
    expect(sealed).not.toContain(SECRET);

    await (await datastores.start({}, { formerKeys: ['new key'] })).reencrypt();
    await read();
    await old.deleteOutbox([row!.id]);
  });

  it('cannot be written anew without the key they have', async () => {
    const { job: stored } = await storeJob(await datastores.start({}, { encryptionKey: 'a lost key' }), { job: job() });
    const keyless = await datastores.start({}, { encryptionKey: 'another' });

    await expect(keyless.reencrypt()).rejects.toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });

    const reader = await datastores.start({}, { encryptionKey: 'a lost key' });
    expect((await reader.job(stored.id))?.secrets).toEqual(stored.secrets);
  });

  it('are stored as they are without a key, even those that look encrypted', async () => {
    const datastore = await datastores.start();
    const stored = job();
    await storeJobs(datastore, [stored]);

    expect(await datastore.job(stored.id)).toMatchObject({ secrets: stored.secrets });
  });
});

describe('webhook deliveries at rest', () => {
  const URL = 'http://user:very-secret@receiver/token';
  const claim = { limit: 10, perHost: 10, busy: {}, leaseMs: 0 };
  const delivery = () => ({
    id: newId(),
    jobId: newId(),
    event: 'job.StateChange' as const,
    url: URL,
    headers: { 'X-Token': 'very-secret' },
    body: '{"name":"very-secret"}',
  });

  it('are encrypted, and wait for their key without holding up others', async () => {
    const [sealed, plain] = [delivery(), delivery()];
    const datastore = await datastores.start({}, { encryptionKey: 'a key' });
    const keyless = await datastores.start();
    await datastore.transaction((tx) => tx.write({ deliveries: [sealed] }));
    await keyless.transaction((tx) => tx.write({ deliveries: [plain] }));

    const [{ rows }] = (await datastores.postgres.sql(
      `SELECT json_agg(d)::text AS rows FROM webhooks_deliveries d WHERE id = $1`,
      [sealed.id],
    )) as [{ rows: string }];
    expect(rows).not.toContain('very-secret');

    expect(await keyless.claimDeliveries(claim)).toEqual([expect.objectContaining(plain)]);
    expect(await datastore.claimDeliveries(claim)).toEqual([
      expect.objectContaining(sealed),
      expect.objectContaining(plain),
    ]);
  });
});
