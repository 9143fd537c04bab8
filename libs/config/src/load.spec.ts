import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigError, bool, duration, int, list, loadConfig, mapOf, text, type ConfigSources } from './index';

const schema = z.strictObject({
  broker: z
    .strictObject({
      type: z
        .enum(['inmemory', 'rabbitmq'], { error: ({ input }) => `invalid broker type: ${String(input)}` })
        .default('inmemory'),
      rabbitmq: z
        .strictObject({
          url: z.url({ protocol: /^amqps?$/ }).default('amqp://guest:guest@localhost:5672/'),
          consumer: z.strictObject({ timeout: duration.prefault('30m') }).prefault({}),
          durable: z.strictObject({ queues: bool.prefault(true) }).prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  datastore: z
    .strictObject({
      postgres: z.strictObject({ dsn: text.prefault('host=localhost'), max_open_conns: int.prefault(25) }).prefault({}),
      encryption: z.strictObject({ key: z.string().min(8).optional() }).prefault({}),
    })
    .prefault({}),
  worker: z
    .strictObject({
      name: text.prefault('Worker'),
      queues: mapOf(int.pipe(z.number().min(1))).prefault({ default: 1 }),
    })
    .prefault({}),
  mounts: z.strictObject({ bind: z.strictObject({ sources: list.prefault(['/tmp']) }).prefault({}) }).prefault({}),
  custom: z.looseObject({}).prefault({}),
});

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'tork-config-'))));
afterEach(() => rmSync(root, { recursive: true }));

/** Writes files below the root; their contents are TOML. */
function files(contents: Record<string, string>): void {
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const load = (env: Record<string, string> = {}, flags: ConfigSources['flags'] = {}) =>
  loadConfig(schema, { env, cwd: join(root, 'work'), home: join(root, 'home'), flags });

function failureOf(env: Record<string, string> = {}, flags: ConfigSources['flags'] = {}): ConfigError {
  try {
    load(env, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('the file', () => {
  it('is not needed', () => {
    const { config, warnings, source } = load();

    expect(config.broker).toEqual({
      type: 'inmemory',
      rabbitmq: {
        url: 'amqp://guest:guest@localhost:5672/',
        consumer: { timeout: 1_800_000 },
        durable: { queues: true },
      },
    });
    expect(warnings).toEqual([]);
    expect(source).toBeUndefined();
  });

  it('is the first there is of four', () => {
    const named = (name: string) => `[worker]\nname = "${name}"`;

    files({ 'home/tork/config.toml': named('home') });
    expect(load().config.worker.name).toBe('home');

    files({ 'work/config.toml': named('work') });
    expect(load().config.worker.name).toBe('work');

    files({ 'work/config.local.toml': named('local') });
    expect(load()).toMatchObject({
      config: { worker: { name: 'local' } },
      source: join(root, 'work/config.local.toml'),
    });
  });

  it('is the one that TORK_CONFIG names', () => {
    files({ 'work/config.toml': '', 'home/mine.toml': '[worker]\nname = "mine"' });

    expect(load({ TORK_CONFIG: join(root, 'home/mine.toml') }).config.worker.name).toBe('mine');
    expect(load({ TORK_CONFIG: '../home/mine.toml' }).config.worker.name).toBe('mine');
    expect(load({ TORK_CONFIG: '~/mine.toml' }).config.worker.name).toBe('mine');
  });

  it('must be there when TORK_CONFIG names it', () => {
    files({ 'work/config.toml': '' });

    expect(failureOf({ TORK_CONFIG: '/no/such.toml' }).message).toBe('could not find config file in: /no/such.toml');
  });

  it('must be TOML, and its text stays out of the error', () => {
    files({ 'work/config.toml': '[datastore.postgres]\ndsn = "password=hunter2\n' });

    const { message, cause } = failureOf();

    expect(message).toMatch(
      /^error loading config from .*work\/config\.toml: Invalid TOML document: .* \(line 2, column \d+\)$/,
    );
    expect(`${message} ${String(cause)}`).not.toContain('hunter2');
  });

  it('must be readable', () => {
    mkdirSync(join(root, 'work/config.toml'), { recursive: true });

    expect(failureOf().message).toMatch(/^error loading config from .*config\.toml: EISDIR/);
  });

  it('takes dotted keys for tables', () => {
    files({ 'work/config.toml': '[broker.rabbitmq]\ndurable.queues = false' });

    expect(load().config.broker.rabbitmq.durable.queues).toBe(false);
  });

  it('tells an empty list from none', () => {
    files({ 'work/config.toml': '[mounts.bind]\nsources = []' });

    expect(load().config.mounts.bind.sources).toEqual([]);
  });

  it('warns of unknown keys, one by one', () => {
    files({ 'work/config.toml': '[worker]\nnmae = "x"\n[brokr]\ntype = "a"\nother = 1\n[custom]\nanything = 1' });

    const { warnings, source, config } = load();

    expect(warnings).toEqual([
      `unknown key worker.nmae in ${source} is ignored`,
      `unknown key brokr in ${source} is ignored`,
    ]);
    expect(config.custom).toEqual({ anything: 1 });
  });

  it('cannot reach the prototype of objects', () => {
    files({ 'work/config.toml': '[worker.queues]\n__proto__ = 5\n[__proto__]\npolluted = true' });

    expect(Object.entries(load().config.worker.queues)).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('variables', () => {
  it('win over the file, key by key', () => {
    files({ 'work/config.toml': '[worker]\nname = "file"\nqueues = { default = 2 }\n[broker]\ntype = "rabbitmq"' });

    const { config } = load({ TORK_WORKER_NAME: 'variable', TORK_WORKER_QUEUES_HIGHCPU: '3' });

    expect(config.worker).toEqual({ name: 'variable', queues: { default: 2, highcpu: 3 } });
    expect(config.broker.type).toBe('rabbitmq');
  });

  it('reach keys that contain an underscore', () => {
    expect(load({ TORK_DATASTORE_POSTGRES_MAX_OPEN_CONNS: '7' }).config.datastore.postgres.max_open_conns).toBe(7);
  });

  it('name one key of a table that the user fills, by the plain rule', () => {
    expect(load({ TORK_WORKER_QUEUES_HIGH_CPU: '2' }).config.worker.queues).toEqual({ 'high.cpu': 2 });
  });

  it('give lists with commas', () => {
    expect(load({ TORK_MOUNTS_BIND_SOURCES: '/a, /b' }).config.mounts.bind.sources).toEqual(['/a', '/b']);
    expect(load({ TORK_MOUNTS_BIND_SOURCES: '[]' }).config.mounts.bind.sources).toEqual([]);
  });

  it('that are empty are none, and hide the file', () => {
    files({ 'work/config.toml': '[worker]\nname = "file"\n[broker]\ntype = ""' });

    expect(load({ TORK_WORKER_NAME: '', TORK_DATASTORE_POSTGRES_MAX_OPEN_CONNS: '' }).config).toMatchObject({
      worker: { name: 'Worker' },
      broker: { type: 'inmemory' },
      datastore: { postgres: { max_open_conns: 25 } },
    });
  });

  it('that are unknown are warned of', () => {
    expect(
      load({ TORK_BROKER: 'x', TORK_WORKER_QUEUES: '1', TORK_X_Y: '1', PATH: '/bin', TORK: '1' }).warnings,
    ).toEqual([
      'unknown variable TORK_BROKER is ignored',
      'unknown variable TORK_WORKER_QUEUES is ignored',
      'unknown variable TORK_X_Y is ignored',
    ]);
  });

  it('reach open tables by the plain rule', () => {
    expect(load({ TORK_CUSTOM_STORE_URL: 'x' }).config.custom).toEqual({ store: { url: 'x' } });
  });
});

it('lets flags win over everything', () => {
  expect(load({ TORK_WORKER_NAME: 'variable' }, { 'worker.name': 'flag' }).config.worker.name).toBe('flag');
});

describe('a configuration that cannot be used', () => {
  it('is refused with all that is wrong at once: key, expectation, what was found and where', () => {
    files({
      'work/config.toml':
        'worker.queues = { default = "many", low = 0 }\nbroker.rabbitmq.consumer.timeout = "soon"\nmounts = 5',
    });

    const error = failureOf({ TORK_BROKER_TYPE: 'kafka' }, { 'worker.name': {} });

    const file = join(root, 'work/config.toml');
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.message.split('\n').map((line) => line.trim())).toEqual([
      'invalid configuration:',
      'broker.type: invalid broker type: kafka (TORK_BROKER_TYPE)',
      `broker.rabbitmq.consumer.timeout: expected a duration such as 30s or 1h30m, found "soon" (${file})`,
      'worker.name: expected a text, found a table (command line)',
      `worker.queues.default: expected a whole number, found "many" (${file})`,
      `worker.queues.low: expected at least 1, found 0 (${file})`,
      `mounts: expected a table, found 5 (${file})`,
    ]);
    expect(error.faults[1]).toEqual({
      key: 'broker.rabbitmq.consumer.timeout',
      message: 'expected a duration such as 30s or 1h30m, found "soon"',
      origin: file,
    });
  });

  it('never shows a secret', () => {
    const { message } = failureOf({
      TORK_DATASTORE_ENCRYPTION_KEY: 'hunter2',
      TORK_BROKER_RABBITMQ_URL: 'http://guest:hunter2@host:5672/',
    });

    expect(message).toContain(
      'datastore.encryption.key: expected at least 8 characters, found a value that is not shown',
    );
    expect(message).toContain('broker.rabbitmq.url: expected a URL, found "http://***@host:5672/"');
    expect(message).not.toContain('hunter2');
  });

  it('may be a flag that names no key', () => {
    expect(failureOf({}, { 'worker.nmae': 'x' }).message).toBe('invalid configuration:\n  worker: unknown key nmae');
    expect(failureOf({}, { 'wroker.name': 'x' }).message).toBe('invalid configuration:\n  unknown key wroker');
  });
});
