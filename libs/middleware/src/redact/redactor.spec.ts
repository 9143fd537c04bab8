import { HiddenTexts, secretsOf } from '@tork/core';
import type { Job, Task } from '@tork/core';
import * as fc from 'fast-check';
import { Redactor } from './redactor';

const SECRET = 'hidden-value';
const at = new Date(0);

/** A task in which every text holds the secret, but for those that say which task it is. */
const leakyTask = (): Task => ({
  id: 'task id',
  jobId: 'job id',
  parentId: 'parent id',
  nodeId: 'node id',
  state: 'FAILED',
  position: 1,
  attempt: 1,
  createdAt: at,
  ...leakyWork(),
  workdir: `/${SECRET}`,
  queue: SECRET,
  pre: [leakyWork()],
  post: [leakyWork()],
  sidecars: [{ ...leakyWork(), probe: { path: `/${SECRET}`, port: 80 } }],
  mounts: [{ type: 'volume', source: SECRET, target: SECRET, opts: { device: `x${SECRET}`, password: 'telling' } }],
  networks: [SECRET],
  limits: { cpus: SECRET, memory: SECRET },
  timeout: SECRET,
  gpus: SECRET,
  var: SECRET,
  if: `{{ '${SECRET}' }}`,
  tags: [SECRET],
  result: SECRET,
  error: `exit code 1: ${SECRET}`,
  parallel: { tasks: [leakyWork()] },
  each: { var: SECRET, list: SECRET, task: { ...leakyWork(), subjob: { secrets: { a: 'inner-value' } } } },
  subjob: {
    id: 'subjob id',
    name: SECRET,
    description: SECRET,
    inputs: { a: SECRET, api_secret: 'telling' },
    secrets: { token: SECRET, also: 'inner-value' },
    output: SECRET,
    tasks: [leakyWork()],
    webhooks: [{ url: `http://${SECRET}/`, headers: { A: SECRET, 'X-Secret': 'telling' }, event: SECRET, if: SECRET }],
  },
});

const leakyWork = () => ({
  name: SECRET,
  description: SECRET,
  cmd: ['echo', SECRET],
  entrypoint: [SECRET],
  run: `echo ${SECRET}`,
  image: SECRET,
  registry: { username: SECRET, password: 'telling' },
  env: { A: SECRET, [SECRET]: 'key', DB_PASSWORD: 'telling', AWS_ACCESS_KEY_ID: 'telling', my_Secret: 'telling' },
  files: { [SECRET]: SECRET },
  timeout: SECRET,
});

const leakyJob = (): Job => ({
  id: 'job id',
  parentId: 'parent id',
  state: 'FAILED',
  createdAt: at,
  createdBy: { id: 'user', name: SECRET, username: SECRET, createdAt: at },
  permissions: [{ user: { id: 'user', name: SECRET, username: SECRET, createdAt: at } }],
  position: 1,
  taskCount: 1,
  name: SECRET,
  description: SECRET,
  tags: [SECRET],
  inputs: { url: `http://x:${SECRET}@y/`, password: 'telling', clean: 'nothing' },
  secrets: { token: SECRET, empty: '', character: 'e' },
  context: {
    job: { id: 'job id', name: SECRET },
    inputs: { url: SECRET, password: 'telling' },
    secrets: { token: SECRET },
    tasks: { password: 'telling', leak: `got ${SECRET}.` },
  },
  tasks: [leakyWork(), { name: 'b', subjob: { secrets: { x: '{{ secrets.token }}' }, name: '{{ secrets.token }}' } }],
  execution: [leakyTask()],
  webhooks: [{ url: SECRET, headers: { A: SECRET, 'X-Secret': 'telling' } }],
  defaults: { queue: SECRET },
  output: SECRET,
  result: SECRET,
  error: SECRET,
});

/** The same with every text alike, and keys without their secrets: what must be the same before and after. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replaceAll(SECRET, '[REDACTED]'), shapeOf(item)]),
  );
};

const redactor = new Redactor();
const secrets = new HiddenTexts([SECRET]);

describe('a job that is shown', () => {
  it('has no secret in any text, and the same shape', () => {
    const { createdBy, permissions, ...shown } = redactor.job(leakyJob());

    expect(JSON.stringify(shown)).not.toMatch(/hidden-value|telling|inner-value/);
    expect([createdBy, permissions]).toEqual([leakyJob().createdBy, leakyJob().permissions]);
    expect(shapeOf({ ...shown, createdBy, permissions })).toEqual(shapeOf(leakyJob()));
    expect(shown).toMatchObject({
      id: 'job id',
      parentId: 'parent id',
      state: 'FAILED',
      name: '[REDACTED]',
      inputs: { url: 'http://x:[REDACTED]@y/', clean: 'nothing' },
      secrets: { token: '[REDACTED]', empty: '[REDACTED]', character: '[REDACTED]' },
      context: { job: { id: 'job id' }, tasks: { leak: 'got [REDACTED].' } },
      tasks: [{}, { subjob: { secrets: { x: '[REDACTED]' }, name: '{{ secrets.token }}' } }],
      execution: [{ id: 'task id', nodeId: 'node id', error: 'exit code 1: [REDACTED]' }],
    });
  });

  it('is itself left as it is, and given back where there is nothing to hide', () => {
    const leaky = leakyJob();
    const clean: Job = { ...leakyJob(), ...{ secrets: undefined, inputs: { a: 'b' }, webhooks: [], execution: [] } };
    clean.context = { tasks: { a: 'b' } };
    clean.tasks = [{ name: 'a', env: { A: 'b' }, registry: { username: 'u' } }];

    redactor.job(leaky);

    expect(leaky).toEqual(leakyJob());
    expect(redactor.job(clean)).toBe(clean);
  });

  it('hides the values of telling keys by configured patterns instead', () => {
    const { env } = new Redactor({ patterns: ['*TOKEN', 'exact'] }).task(
      { ...leakyTask(), env: { API_TOKEN: 'a', api_token: 'b', exact: 'c', exactly: 'd', PASSWORD: 'e' } },
      secrets,
    );

    expect(env).toEqual({ API_TOKEN: '[REDACTED]', api_token: 'b', exact: '[REDACTED]', exactly: 'd', PASSWORD: 'e' });
  });

  it('hides what a telling variable holds, in the context and as the result of its task', () => {
    const task = { ...leakyTask(), var: 'password', result: 'pw' };

    expect(redactor.task(task, new HiddenTexts())).toMatchObject({ var: 'password', result: '[REDACTED]' });
  });

  it('keeps all entries where keys look alike afterwards', () => {
    const inputs = { 'one-x': '1', 'two-x': '2', '[REDACTED]-x': '3' };

    expect(redactor.jobSummary({ ...leakyJob(), inputs }, new HiddenTexts(['one', 'two'])).inputs).toEqual({
      '[REDACTED]-x': '1',
      '[REDACTED]-x 2': '2',
      '[REDACTED]-x 3': '3',
    });
  });

  it('keeps a key that is called like what every object has', () => {
    const inputs = JSON.parse('{"__proto__":"hidden-value","constructor":"x"}') as Job['inputs'];

    const shown = redactor.jobSummary({ ...leakyJob(), inputs }, secrets);

    expect(JSON.stringify(shown.inputs)).toBe('{"__proto__":"[REDACTED]","constructor":"x"}');
  });

  it('keeps many of them, too', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word-${i}-`);
    const inputs = Object.fromEntries(words.map((word) => [word, '']));
    const started = performance.now();

    const shown = redactor.jobSummary({ ...leakyJob(), inputs }, new HiddenTexts(words)).inputs!;

    expect(Object.keys(shown)).toHaveLength(20_000);
    expect(shown).toHaveProperty(['[REDACTED] 20000']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('hides a single character where it is the whole value of a key, but for summaries', () => {
    const job = { ...leakyJob(), name: 'e', inputs: { a: 'e', b: 'ee', c: '' } };

    expect(redactor.job(job)).toMatchObject({ name: 'e', inputs: { a: '[REDACTED]', b: 'ee', c: '' } });
    expect(redactor.jobSummary(job, new HiddenTexts(['e'])).inputs).toEqual(job.inputs);
  });

  it('hides what is no secret of the job any more', () => {
    const job = { ...leakyJob(), secrets: {}, context: {} };

    expect(redactor.job(job, secrets).name).toBe('[REDACTED]');
  });
});

it('a task hides the secrets of its job and those it hands on', () => {
  const shown = redactor.task({ ...leakyTask(), run: 'echo inner-value' }, secrets);

  expect(JSON.stringify(shown)).not.toMatch(/hidden-value|telling|inner-value/);
  expect(shapeOf(shown)).toEqual(shapeOf({ ...leakyTask(), run: '' }));
});

it('parts of a log hide values, not their ids', () => {
  const part = { id: SECRET, taskId: SECRET, number: 1, contents: `a ${SECRET}\n`, createdAt: at };

  expect(redactor.log([part], secrets)).toEqual([{ ...part, contents: 'a [REDACTED]\n' }]);
});

/** Where a text can stand in a job: a path of keys. */
const places = (value: unknown, path: string[] = []): string[][] => {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]));
};
const put = (value: unknown, [key, ...rest]: string[], text: string): unknown => {
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? put(item, rest, text) : item));
  return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest, text) };
};
const KEPT = /(^|\/)(id|jobId|parentId|nodeId|state|createdBy|permissions)(\/|$)/;
const PLACES = places(leakyJob()).filter((path) => !KEPT.test(path.join('/')));

it('whatever the secret and wherever it stands, it is not shown', () => {
  const value = fc.string({ minLength: 2, maxLength: 12, unit: 'grapheme' }).filter((text) => text.trim().length > 1);
  fc.assert(
    fc.property(value, fc.constantFrom(...PLACES), fc.string({ maxLength: 5 }), (secret, place, around) => {
      fc.pre(!'[REDACTED]'.includes(secret) && [...secret].length > 1);
      const job = put({ ...leakyJob(), secrets: { s: secret } }, place, around + secret + around) as Job;

      const shown = redactor.job({ ...job, secrets: { s: secret } });

      const text = place.reduce<unknown>((item, key) => (item as Record<string, unknown>)?.[key], shown);
      expect(secretsOf(job).hide(String(text))).toBe(text === undefined ? 'undefined' : text);
    }),
  );
});
