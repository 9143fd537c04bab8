import { randomUUID } from 'node:crypto';
import { GUEST_USERNAME, type Job, newJob, type User } from '@tork/core';
import { type Datastore, DatastoreUnavailableError, type OutboxRow, type Transaction } from '@tork/datastore';
import { SMALL_JOB, START_TIMEOUT_MS, startDatastore } from '../api-under-test.fixtures';
import { JobSubmitter, type JobSubmitterOptions } from './job-submitter';

let datastore: Datastore;
let guest: User;
/** How many jobs each transaction was asked to write. */
let batches: number[];
let published: OutboxRow[];

beforeAll(async () => {
  datastore = await startDatastore();
  guest = (await datastore.user(GUEST_USERNAME))!;
}, START_TIMEOUT_MS);
afterAll(() => datastore.close());
beforeEach(() => {
  batches = [];
  published = [];
});

/** The store, with a look at what is written. */
const watched: Pick<Datastore, 'transaction'> = {
  transaction: (run) =>
    datastore.transaction((tx) => {
      const write: Transaction['write'] = (changes) => {
        batches.push(changes.newJobs?.length ?? 0);
        return tx.write(changes);
      };
      return run({ write } as Transaction);
    }),
};

const createSubmitter = (options: Partial<JobSubmitterOptions> = {}) =>
  new JobSubmitter({ datastore: watched, outbox: { publish: (rows) => void published.push(...rows) }, ...options });
const createJob = (more: object = {}): Job =>
  newJob({ ...SMALL_JOB, ...more }, { id: randomUUID().replaceAll('-', ''), now: new Date(), createdBy: guest });
const storedOf = async (jobs: Job[]) => {
  const states = await Promise.all(jobs.map(({ id }) => datastore.jobState(id)));
  return states.filter((state) => state === 'PENDING').length;
};

describe('JobSubmitter', () => {
  it('stores a job with the message that starts it, and publishes that', async () => {
    const job = createJob();

    await createSubmitter().submit(job);

    expect(await datastore.jobState(job.id)).toBe('PENDING');
    expect(published).toEqual([
      expect.objectContaining({ id: expect.any(String), queue: 'jobs', body: { type: 'start', jobId: job.id } }),
    ]);
  });

  it('writes in one transaction what arrives during another', async () => {
    const submitter = createSubmitter();
    const jobs = Array.from({ length: 60 }, () => createJob());

    const first = submitter.submit(jobs[0]!);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, ...jobs.slice(1).map((job) => submitter.submit(job))]);

    expect(batches).toEqual([1, 59]);
    expect(await storedOf(jobs)).toBe(60);
    expect(published).toHaveLength(60);
  });

  it('keeps transactions small', async () => {
    const submitter = createSubmitter({ maxJobs: 10, maxBytes: 1000 });

    await Promise.all(Array.from({ length: 25 }, () => submitter.submit(createJob(), 10)));
    await Promise.all([submitter.submit(createJob(), 5000), submitter.submit(createJob(), 600)]);
    await Promise.all(Array.from({ length: 3 }, () => submitter.submit(createJob(), 400)));

    expect(batches).toEqual([10, 10, 5, 1, 1, 2, 1]);
  });

  it('refuses a bad job alone', async () => {
    const submitter = createSubmitter();
    const jobs = Array.from({ length: 16 }, (_, i) => createJob(i === 5 ? { description: 'a\0b' } : {}));

    const results = await Promise.allSettled(jobs.map((job) => submitter.submit(job)));

    expect(results.map(({ status }) => status)).toEqual(jobs.map((_, i) => (i === 5 ? 'rejected' : 'fulfilled')));
    expect(results[5]).toMatchObject({ reason: { code: 'INVALID_VALUE' } });
    expect(await storedOf(jobs)).toBe(15);
    expect(published).toHaveLength(15);
  });

  it('tries no halves when the store is away, and goes on when it is back', async () => {
    let attempts = 0;
    const away: Pick<Datastore, 'transaction'> = {
      transaction: (run) => {
        attempts += 1;
        return attempts === 1 ? Promise.reject(new DatastoreUnavailableError('away')) : datastore.transaction(run);
      },
    };
    const submitter = createSubmitter({ datastore: away });
    const jobs = Array.from({ length: 8 }, () => createJob());

    const results = await Promise.allSettled(jobs.map((job) => submitter.submit(job)));
    const later = createJob();
    await submitter.submit(later);

    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(attempts).toBe(2);
    expect(await storedOf([...jobs, later])).toBe(1);
  });
});
