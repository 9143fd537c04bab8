import { randomUUID } from 'node:crypto';
import type { WebhookDelivery } from '@tork/core';
import type { Deliveries } from '@tork/datastore';
import { eventually, startReceiver } from '@tork/testing';
import type { Receiver, ReceiverAnswer } from '@tork/testing';
import { useStore } from '../coordinator-under-test.fixtures';
import type { CoordinatorLog } from '../log';
import { WebhookSender } from './sender';
import type { WebhookSenderOptions } from './sender';
import { Targets } from './targets';
import { WebhookTransport } from './transport';

const store = useStore();
const newId = () => randomUUID().replaceAll('-', '');

const delivery = ({ url }: Receiver, path: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  id: newId(),
  jobId: 'a job',
  event: 'job.StateChange',
  url: `${url}${path}?token=very-secret`,
  headers: { Authorization: 'very-secret' },
  body: '{}',
  ...more,
});
const write = (made: readonly WebhookDelivery[]) => store.datastore.transaction((tx) => tx.write({ deliveries: made }));
const left = async () => Number((await store.sql('SELECT count(*) AS n FROM webhooks_deliveries'))[0]?.n);
const lanes = async () => Number((await store.sql('SELECT count(*) AS n FROM webhooks_lanes'))[0]?.n);

/** The real one, but for what is given. */
const storeThat = (does: Partial<Deliveries>): WebhookSenderOptions['datastore'] => ({
  claimDeliveries: (options) => store.datastore.claimDeliveries(options),
  finishDelivery: (...args) => store.datastore.finishDelivery(...args),
  postponeDelivery: (...args) => store.datastore.postponeDelivery(...args),
  releaseDelivery: (...args) => store.datastore.releaseDelivery(...args),
  ...does,
});

const senders: WebhookSender[] = [];
const lines: { level: string; fields: object; message: string }[] = [];
const noting = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
const log: CoordinatorLog = {
  debug: noting('debug'),
  info: noting('info'),
  warn: noting('warn'),
  error: noting('error'),
};
function makeSender(options: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const transport = new WebhookTransport({ targets: new Targets(), timeoutMs: 5_000, version: '1' });
  const concurrency = { total: 64, host: 8 };
  const sender = new WebhookSender({
    datastore: store.datastore,
    transport,
    timeoutMs: 5_000,
    concurrency,
    log,
    ...options,
  });
  senders.push(sender);
  return sender;
}
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  lines.length = 0;
  await store.sql('TRUNCATE webhooks_deliveries, webhooks_lanes');
});

const ids = (receiver: Receiver, path?: string) =>
  receiver.calls(path).map(({ headers }) => headers['x-tork-delivery'] as string);

/** Answers when it is told to. */
function held(): { answer: ReceiverAnswer; release(): void; waiting(): number } {
  const waiting: (() => void)[] = [];
  return {
    answer: (response) => void waiting.push(() => response.writeHead(200).end()),
    release: () => waiting.splice(0).forEach((end) => end()),
    waiting: () => waiting.length,
  };
}

it('makes every call once, in order per job and URL, and leaves nothing behind', async () => {
  const receiver = await startReceiver();
  const made = Array.from({ length: 200 }, (_, n) => delivery(receiver, `/${n % 2}`, { jobId: `job ${n % 5}` }));
  await write(made);

  makeSender().wake();

  await eventually(async () => expect([await left(), await lanes()]).toEqual([0, 0]));
  expect(ids(receiver).sort()).toEqual(made.map(({ id }) => id).sort());
  for (let job = 0; job < 5; job += 1) {
    for (const path of ['/0', '/1']) {
      const lane = made
        .filter(({ jobId, url }) => jobId === `job ${job}` && url.includes(`${path}?`))
        .map(({ id }) => id);
      expect(ids(receiver, path).filter((id) => lane.includes(id))).toEqual(lane);
    }
  }
});

it('makes no call twice where ten of them look at the same time', async () => {
  const receiver = await startReceiver();
  const made = Array.from({ length: 300 }, (_, n) => delivery(receiver, '/', { jobId: `job ${n % 60}` }));
  const ten = Array.from({ length: 10 }, () => makeSender());

  await write(made);
  for (const sender of ten) sender.wake();

  await eventually(async () => expect(await left()).toBe(0));
  expect(ids(receiver).sort()).toEqual(made.map(({ id }) => id).sort());
});

it('calls again after two seconds, under the same id, and what is behind waits', async () => {
  const receiver = await startReceiver({ answers: { '/': [503, 200] } });
  const [first, second] = [delivery(receiver, '/'), delivery(receiver, '/')];
  await write([first, second]);

  makeSender().wake();

  await eventually(async () => expect(await left()).toBe(0));
  expect(ids(receiver)).toEqual([first.id, first.id, second.id]);
  const [one, two] = receiver.calls();
  expect([one, two].map((call) => call?.headers['x-tork-attempt'])).toEqual(['1', '2']);
  expect(two!.at - one!.at).toBeGreaterThanOrEqual(1_990);
  expect(two!.at - one!.at).toBeLessThan(4_000);
});

it('gives up what nobody wants, and says so without secrets', async () => {
  const receiver = await startReceiver({ answers: { '/gone': [404] } });
  const gone = delivery(receiver, '/gone');
  const refused = { ...delivery(receiver, '/'), url: 'http://user:very-secret@169.254.169.254/x?very-secret' };
  await write([gone, refused]);

  makeSender().wake();

  await eventually(async () => expect(await left()).toBe(0));
  const warnings = lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
  expect(warnings).toHaveLength(2);
  expect(warnings).toContainEqual(
    expect.objectContaining({ jobId: 'a job', delivery: gone.id, url: receiver.url, status: 404 }),
  );
  expect(warnings).toContainEqual(
    expect.objectContaining({ reason: 'webhooks must not call 169.254.169.254', url: 'http://169.254.169.254' }),
  );
  expect(JSON.stringify(lines)).not.toContain('very-secret');
});

it('does not let a slow receiver hold up others', async () => {
  const slow = held();
  const [slowly, quickly] = [await startReceiver({ answers: { '/': [slow.answer] } }), await startReceiver()];
  await write(Array.from({ length: 20 }, (_, n) => delivery(slowly, '/', { jobId: `job ${n}` })));
  await write(Array.from({ length: 20 }, (_, n) => delivery(quickly, '/', { jobId: `job ${n}` })));

  makeSender({ concurrency: { total: 6, host: 4 } }).wake();

  await eventually(() => expect(quickly.calls()).toHaveLength(20));
  expect(slowly.calls()).toHaveLength(4);
  await eventually(async () => {
    slow.release();
    expect(await left()).toBe(0);
  });
  expect(slowly.calls()).toHaveLength(20);
});

it('lets the jobs of one receiver take turns', async () => {
  const receiver = await startReceiver();
  await write(Array.from({ length: 100 }, () => delivery(receiver, '/long')));
  await write([delivery(receiver, '/short', { jobId: 'another' })]);

  makeSender({ concurrency: { total: 1, host: 1 } }).wake();

  await eventually(async () => expect(await left()).toBe(0));
  expect(receiver.calls().findIndex(({ path }) => path.startsWith('/short'))).toBeLessThan(50);
});

it('gives back what it could not end when it is closed, for others to make', async () => {
  const slow = held();
  const receiver = await startReceiver({ answers: { '/': [slow.answer, 200] } });
  const made = [delivery(receiver, '/'), delivery(receiver, '/')];
  await write(made);
  const first = makeSender();
  first.wake();
  await eventually(() => expect(slow.waiting()).toBe(1));

  await first.close();
  makeSender().wake();

  await eventually(async () => expect(await left()).toBe(0));
  expect(ids(receiver)).toEqual([made[0]!.id, ...made.map(({ id }) => id)]);
  expect(receiver.calls()[1]?.headers['x-tork-attempt']).toBe('1');
});

it('ends a call under way before it closes, and takes up nothing more', async () => {
  const slow = held();
  const receiver = await startReceiver({ answers: { '/': [slow.answer] } });
  await write([delivery(receiver, '/'), delivery(receiver, '/')]);
  const sender = makeSender();
  sender.wake();
  await eventually(() => expect(slow.waiting()).toBe(1));

  const closed = sender.close();
  slow.release();
  await closed;

  expect(await left()).toBe(1);
  expect(receiver.calls()).toHaveLength(1);
});

it('takes up the calls of one that died when its claim has ended', async () => {
  const receiver = await startReceiver();
  const made = delivery(receiver, '/');
  await write([made]);
  await store.datastore.claimDeliveries({ limit: 1, perHost: 1, busy: {}, leaseMs: 300 });

  const sender = makeSender();
  await eventually(
    async () => {
      await sender.sweep();
      expect(await left()).toBe(0);
    },
    { intervalMs: 50 },
  );

  expect(ids(receiver)).toEqual([made.id]);
});

it('makes no call again for want of a datastore that is back soon', async () => {
  const receiver = await startReceiver();
  await write([delivery(receiver, '/'), delivery(receiver, '/')]);
  let failures = 3;
  const datastore = storeThat({
    finishDelivery: (...args) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : store.datastore.finishDelivery(...args),
  });

  makeSender({ datastore }).wake();

  await eventually(async () => expect(await left()).toBe(0));
  expect(receiver.calls()).toHaveLength(2);
});

it('tells its caller when the datastore is away, and goes on when it is back', async () => {
  const receiver = await startReceiver();
  await write([delivery(receiver, '/')]);
  let isAway = true;
  const datastore = storeThat({
    claimDeliveries: (options) =>
      isAway ? Promise.reject(new Error('away')) : store.datastore.claimDeliveries(options),
  });
  const sender = makeSender({ datastore });

  await expect(sender.sweep()).rejects.toThrow('away');
  isAway = false;
  await sender.sweep();

  await eventually(async () => expect(await left()).toBe(0));
});
