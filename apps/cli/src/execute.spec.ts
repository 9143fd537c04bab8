import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { freePort } from '@tork/testing';
import { execute } from './execute';
import { version } from './version';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tork-cli-'))));
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in an empty folder, with nothing but the given environment and standard input. */
async function tork(
  args: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<Run> {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  const code = await execute(args, {
    env,
    cwd: folder,
    home: folder,
    out: (line) => void lines.out.push(line),
    err: (line) => void lines.err.push(line),
    input: Readable.from([input]),
  });
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

describe('tork', () => {
  it('prints its version and nothing else', async () => {
    expect(await tork(['--version'])).toEqual({ code: 0, out: version, err: '' });
  });

  it.each([[[]], [['help']], [['-h']], [['--help']]])('shows help for %j', async (args) => {
    const { code, out, err } = await tork(args);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: tork <command> \[options\]\n/);
    for (const name of ['run', 'migration', 'health', 'validate', 'eval', 'help']) {
      expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  it.each([[['help', 'health']], [['health', '--help']]])('shows the help of a command for %j', async (args) => {
    const { code, out } = await tork(args);

    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: tork health \[options\]\n/);
  });

  it.each([[['bogus']], [['bogus', 'more']], [['help', 'bogus']]])('has no help topic for %j', async (args) => {
    expect(await tork(args)).toEqual({ code: 3, out: '', err: `No help topic for 'bogus'` });
  });

  it('refuses an option that it does not know', async () => {
    expect(await tork(['health', '--bogus'])).toEqual({ code: 1, out: '', err: `error: unknown option '--bogus'` });
  });

  it('prints a configuration error before anything else', async () => {
    const { code, out } = await tork(['health'], { env: { TORK_ENDPOINT: 'nowhere' } });

    expect(code).toBe(1);
    expect(out).toBe(
      'invalid configuration:\n  endpoint: expected a URL such as http://localhost:8000, found "nowhere" (TORK_ENDPOINT)',
    );
  });
});

describe('tork run', () => {
  it('needs a mode', async () => {
    const { code, out } = await tork(['run']);

    expect(code).toBe(1);
    expect(out).toMatch(/^Usage: tork run \[options\] \[mode\]\n[^]*\nmissing required argument: mode$/);
  });
});

describe('tork health', () => {
  let server: Server;
  let answer: { status: number; body: string };
  let endpoint: string;
  let authorization: string | undefined;

  beforeEach(async () => {
    answer = { status: 200, body: '{"status":"UP","version":"1"}' };
    server = createServer((request, response) => {
      authorization = request.headers.authorization;
      response.statusCode = request.url === '/health' ? answer.status : 404;
      response.end(answer.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('shows the banner and the status', async () => {
    const { code, out } = await tork(['health'], {
      env: { TORK_CLIENT_ENDPOINT: endpoint, TORK_ENDPOINT: 'http://127.0.0.1:1' },
    });

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^\\n  ######[^]* ${version}\\n\\nStatus: UP$`));
  });

  it('shows the banner where it is told to', async () => {
    const quiet = await tork(['health', '--endpoint', `${endpoint}/`], { env: { TORK_CLI_BANNER_MODE: 'off' } });
    const log = await tork(['health'], { env: { TORK_ENDPOINT: endpoint, TORK_CLI_BANNER_MODE: 'log' } });

    expect(quiet).toEqual({ code: 0, out: 'Status: UP', err: '' });
    expect(log).toMatchObject({ code: 0, out: 'Status: UP', err: expect.stringContaining('######') });
  });

  it('logs in with the name and password in the URL', async () => {
    const env = { TORK_CLI_BANNER_MODE: 'off', TORK_ENDPOINT: endpoint.replace('//', '//ad%C3%A9:a%3Ab@') };

    expect(await tork(['health'], { env })).toEqual({ code: 0, out: 'Status: UP', err: '' });
    expect(authorization).toBe(`Basic ${Buffer.from('adé:a:b').toString('base64')}`);
  });

  it('fails with the status code', async () => {
    answer = { status: 503, body: '{"status":"DOWN"}' };

    const { code, out } = await tork(['health'], { env: { TORK_ENDPOINT: endpoint, TORK_CLI_BANNER_MODE: 'off' } });

    expect({ code, out }).toEqual({ code: 1, out: 'Health check failed. Status Code: 503' });
  });

  it('fails with the reason when nothing answers', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;

    const { code, out } = await tork(['health', '--endpoint', `http://${nowhere}`], {
      env: { TORK_CLI_BANNER_MODE: 'off' },
    });

    expect({ code, out }).toEqual({ code: 1, out: `Health check failed: connect ECONNREFUSED ${nowhere}` });
  });
});

describe('tork validate', () => {
  const file = (name: string, content: string) => writeFileSync(join(folder, name), content);

  it('accepts a document', async () => {
    file('job.yaml', 'name: hello\ntasks:\n  - name: say\n    image: busybox\n    run: echo hello\n');
    file('job.json', '{"name":"hello","tasks":[{"name":"say","run":"echo"}]}');

    expect(await tork(['validate', 'job.yaml'])).toEqual({ code: 0, out: 'job.yaml: valid', err: '' });
    expect(await tork(['validate', 'job.json'])).toEqual({ code: 0, out: 'job.json: valid', err: '' });
  });

  it('reads standard input', async () => {
    expect(await tork(['validate', '-'], { input: 'tasks: []' })).toMatchObject({ code: 1 });
  });

  it('says where a document is wrong', async () => {
    file('job.yaml', 'name: hello\ntasks:\n  - run: echo hello\n    retry:\n      limit: 99\n');

    const { code, out } = await tork(['validate', 'job.yaml']);

    expect(code).toBe(1);
    expect(out).toMatch(/^job\.yaml:\d+:\d+: .*/);
    expect(out.split('\n').length).toBeGreaterThan(1);
  });

  it('tells scheduled jobs from jobs', async () => {
    file('job.yaml', 'name: hello\nschedule:\n  cron: "0 * * * *"\ntasks:\n  - name: say\n    run: echo hello\n');

    expect((await tork(['validate', '--scheduled', 'job.yaml'])).code).toBe(0);
    expect((await tork(['validate', 'job.yaml'])).code).toBe(1);
  });

  it('fails on a file that is not there', async () => {
    expect(await tork(['validate', 'no.yaml'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('ENOENT'),
    });
  });
});

describe('tork eval', () => {
  it('prints the value of an expression', async () => {
    expect(await tork(['eval', '1 + 2'])).toEqual({ code: 0, out: '3', err: '' });
    expect(await tork(['eval', '{{ ["a", nil, 1.5] }}'])).toEqual({ code: 0, out: '["a",null,1.5]', err: '' });
  });

  it('takes names from a file', async () => {
    writeFileSync(join(folder, 'names.json'), '{"inputs":{"name":"world"}}');

    const { out } = await tork(['eval', '--env', 'names.json', '--template', 'Hello, {{ inputs.name }}!']);

    expect(out).toBe('Hello, world!');
  });

  it('shows where an expression is wrong', async () => {
    const { code, out, err } = await tork(['eval', '1 + unknown']);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/unknown name unknown[^]*1 \+ unknown\n *\.*\^/);
  });

  it('answers line by line', async () => {
    const input = ['{"id":"a","expr":"x * 2","env":{"x":21}}', '', '{"expr":"1 +"}', 'no JSON', '{"expr":5}'].join(
      '\n',
    );

    const { code, out } = await tork(['eval', '--jsonl'], { input });

    expect(code).toBe(0);
    const answers = out.split('\n').map((line) => JSON.parse(line) as object);
    expect(answers).toEqual([
      { id: 'a', value: 42, type: 'int', text: '42' },
      { id: null, error: expect.any(String), phase: 'compile' },
      { id: null, error: expect.stringContaining('JSON') },
      { id: null, error: expect.stringContaining('"expr"') },
    ]);
  });

  it('needs an expression, and a file that can be read', async () => {
    expect(await tork(['eval'])).toEqual({ code: 1, out: '', err: 'missing required argument: expression' });
    expect(await tork(['eval', '1', '--env', 'no.json'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('ENOENT'),
    });
  });
});
