import { createLogger, silentLogger, type LoggerOptions } from './logger';

/** A logger, with the lines that it has written. */
function recorded(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const logger = createLogger({ format: 'json', ...options, destination: { write: (line) => void lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

describe('json', () => {
  it('is an object a line with level, time in Unix seconds, message and fields', () => {
    const { logger, lines, last } = recorded();
    const before = Math.floor(Date.now() / 1000);

    logger.warn({ jobId: 'a' }, 'job failed');

    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(last()).toEqual({ level: 'warn', time: expect.any(Number), jobId: 'a', message: 'job failed' });
    expect(Math.abs(last().time - before)).toBeLessThanOrEqual(1);
  });

  it('has type, message and stack of errors, causes included', () => {
    const { logger, last } = recorded();

    logger.error({ error: new TypeError('no answer', { cause: new Error('socket closed') }) }, 'publish failed');

    expect(last().error).toMatchObject({ type: 'TypeError', message: 'no answer: socket closed' });
    expect(last().error.stack).toContain('caused by: Error: socket closed');
  });
});

describe('pretty', () => {
  it('is a line with local time, level, message and fields', () => {
    const { logger, lines } = recorded({ format: 'pretty' });

    logger.info({ jobId: 'a', name: 'two words', limits: { cpus: '1' } }, 'job started');

    expect(lines.join('')).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] INFO: job started jobId=a name="two words" limits=\{"cpus":"1"\}\n$/,
    );
  });

  it('gives no user’s text to the terminal as a command', () => {
    const { logger, lines } = recorded({ format: 'pretty' });

    logger.error(
      { user: 'a\u001b[2J\u009b', URI: '/\u0085x', at: ['\u007f'], error: new Error('b\u001bc\rd') },
      'e\u001bf',
    );

    const [first = '', second] = lines.join('').split('\n');
    expect(first).toMatch(/ERROR: e\\u001bf user=a\\u001b\[2J\\u009b URI=\/\\u0085x at=\["\\u007f"\]$/);
    expect(second).toBe('  Error: b\\u001bc\\u000dd');
  });

  it('has the stack of an error below', () => {
    const { logger, lines } = recorded({ format: 'pretty' });

    logger.error({ error: new Error('no answer') }, 'publish failed');

    expect(lines.join('')).toMatch(/ERROR: publish failed\n {2}Error: no answer\n {6}at /);
  });
});

it('writes nothing below its level', () => {
  const { logger, lines } = recorded({ level: 'warn' });

  logger.info('unheard');
  silentLogger().error('unheard');

  expect(lines).toEqual([]);
});

describe('secrets', () => {
  it.each(['password', 'secrets', 'authToken', 'AWS_ACCESS_KEY_ID', 'apiKey', 'Authorization', 'cookie', 'dsn'])(
    'in a field named %s are not written, however deep',
    (name) => {
      const { logger, lines } = recorded();

      logger.info({ [name]: 'hunter2', list: [{ deep: { [name]: { inner: 'hunter2' } } }] }, 'x');
      logger
        .child({ [name]: 'hunter2' })
        .child({ node: 'n' })
        .info('x');
      logger.error({ error: Object.assign(new Error('x'), { [name]: 'hunter2' }) }, 'x');

      expect(lines).toHaveLength(3);
      expect(lines.join()).not.toContain('hunter2');
      expect(lines[0]).toContain(`"${name}":"[REDACTED]"`);
    },
  );

  it.each([
    ['amqp://guest:hunter2@localhost:5672/', 'amqp://guest:***@localhost:5672/'],
    ['postgres://tork:hun@ter2@db/tork', 'postgres://tork:***@db/tork'],
    ['host=db password=hunter2 user=tork', 'host=db password=*** user=tork'],
    ["host=db password='hunter 2' user=tork", 'host=db password=*** user=tork'],
  ])('in %s are not written, wherever it stands', (secret, clean) => {
    const { logger, lines, last } = recorded();

    logger.info({ url: secret }, 'x');
    expect(last().url).toBe(clean);
    logger.info(`cannot reach ${secret}`);
    expect(last().message).toBe(`cannot reach ${clean}`);
    logger.error({ error: new Error(secret) }, 'x');

    expect(lines.join()).not.toMatch(/hun@?ter ?2/);
  });

  it('are not seen where there are none', () => {
    const { logger, last } = recorded();
    const fields = { url: 'http://localhost:8000/jobs?page=1', mail: 'a@b.c', keys: ['a'], at: new Date(0) };

    logger.info(fields, 'GET http://localhost:8000/jobs');

    expect(last()).toMatchObject({ ...fields, at: '1970-01-01T00:00:00.000Z' });
  });
});
