import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnableTask } from '@tork/core';
import { eventually } from '@tork/testing';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import { crashWhileRunning, describeRuntime, Recorder } from '../testing';
import { ShellRuntime, type ShellRuntimeOptions } from '.';

const base = mkdtempSync(join(tmpdir(), 'tork-shell-spec-'));
chmodSync(base, 0o711); // tasks of other users run below it
afterAll(() => rmSync(base, { recursive: true }));

/** Processes that run below a directory, and files with content in there. */
function tracesBelow(directory: string): string[] {
  const processes = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => environmentOf(pid).includes(`\0WORKDIR=${directory}/`))
    .map((pid) => `process ${pid}`);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && statSync(path).size > 0);
  return [...processes, ...files];
}

function environmentOf(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return '';
  }
}

describeRuntime('the shell runtime', async () => {
  const options = { tempDir: base, killGraceMs: 500 };
  return {
    create: (more) => new ShellRuntime({ ...options, ...more }),
    task: {},
    traces: async () => tracesBelow(base),
    inProcess: { adapter: 'shell', options },
    exitText: (code) => `error executing command: exit status ${code}`,
  };
});

describe('the shell runtime', () => {
  const started: ShellRuntime[] = [];
  afterEach(async () => {
    for (const runtime of started.splice(0)) await runtime.close();
    expect(readdirSync(base)).toEqual([]);
  });

  async function start(options: ShellRuntimeOptions = {}): Promise<ShellRuntime> {
    const runtime = new ShellRuntime({ tempDir: base, killGraceMs: 500, ...options });
    started.push(runtime);
    await runtime.start();
    return runtime;
  }

  const task = (run: string, more: Partial<RunnableTask> = {}): RunnableTask => ({
    id: 'a'.repeat(32),
    jobId: 'b'.repeat(32),
    attempt: 1,
    position: 1,
    scheduledAt: new Date(0).toISOString(),
    name: 'a task',
    run,
    ...more,
  });

  async function run(runtime: ShellRuntime, script: string, more: Partial<RunnableTask> = {}) {
    const io = new Recorder();
    const { result } = await runtime.run(task(script, more), io, new AbortController().signal);
    return { result, io };
  }

  it('gives the script a directory of its own, with a script, an output and a progress file', async () => {
    const runtime = await start();

    const { result } = await run(runtime, '{ pwd; echo "$WORKDIR"; ls; wc -c < progress; } > "$TORK_OUTPUT"');

    const [cwd, workDir, ...rest] = result!.split('\n');
    expect(cwd).toBe(workDir);
    expect(workDir!.startsWith(`${base}/tork-shell-`)).toBe(true);
    expect(rest).toEqual(['entrypoint', 'progress', 'stdout', '0', '']);
  });

  it('never gives two tasks the same directory, nor one with what another left there', async () => {
    const runtime = await start();
    const scripts = ['true', 'touch x', 'rm stdout', 'chmod 777 .', 'chmod 666 stdout', 'ln stdout ../link', 'mkdir d'];
    const seen = [];

    for (const script of [...scripts, 'true']) {
      const { result } = await run(
        runtime,
        `{ ls -A; stat -c '%a %h' . *; pwd; } > progress; cat progress > "$TORK_OUTPUT"; ${script}`,
      );
      seen.push(result);
    }

    const listings = seen.filter((text) => text !== undefined);
    expect(listings).toHaveLength(scripts.length); // all but the one that removed its output
    expect(new Set(listings.map((text) => text.trimEnd().split('\n').at(-1))).size).toBe(listings.length);
    for (const text of listings) {
      expect(text).toMatch(/^entrypoint\nprogress\nstdout\n700 2\n755 1\n600 1\n600 1\n/);
    }
  });

  it('has nothing of the environment but what the task gives and five variables, which win', async () => {
    const runtime = await start();
    const env = {
      MINE: '1',
      PATH: '/mine',
      HOME: '/mine',
      WORKDIR: '/mine',
      TORK_OUTPUT: '/mine',
      TORK_PROGRESS: '/mine',
    };

    // bash adds PWD, SHLVL and _ itself
    const { io } = await run(runtime, 'cat /proc/self/environ | tr "\\0" "\\n" | sort', { env });

    const names = io.text
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names).toEqual(['HOME', 'MINE', 'PATH', 'PWD', 'SHLVL', 'TORK_OUTPUT', 'TORK_PROGRESS', 'WORKDIR', '_']);
    expect(io.text).not.toContain('/mine');
    expect(io.text).toContain(`PATH=${process.env.PATH}\n`);
  });

  it.each([
    [{ mounts: [{ type: 'volume', target: '/x' }] }, 'mounts are'],
    [{ entrypoint: ['sh'], image: 'x' }, 'entrypoint is'],
    [{ image: 'x', limits: { cpus: '1' } }, 'image is'],
    [{ limits: { cpus: '1' } }, 'limits are'],
    [{ limits: { memory: '1g' }, networks: ['n'] }, 'limits are'],
    [{ networks: ['n'], registry: {} }, 'networks are'],
    [{ registry: { username: 'u' }, cmd: ['ls'] }, 'registry is'],
    [{ cmd: ['ls'], sidecars: [{ name: 's' }] }, 'cmd is'],
    [{ sidecars: [{ name: 's' }] }, 'sidecars are'],
    [{ pre: [{ name: 'p', image: 'x' }] }, 'image is'],
    [{ post: [{ name: 'p', cmd: ['x'] }] }, 'cmd is'],
  ])('refuses %j', async (more, what) => {
    const runtime = await start();

    await expect(run(runtime, 'true', more)).rejects.toThrow(
      new TaskFailedError(`${what} not supported on shell runtime`),
    );
  });

  it('does not mind what it has no use for', async () => {
    const runtime = await start();
    const more = { gpus: 'all', priority: 5, workdir: '/nowhere', tags: ['x'], limits: {}, mounts: [], networks: [] };

    expect((await run(runtime, 'printf ok > "$TORK_OUTPUT"', more)).result).toBe('ok');
  });

  it.each([
    ['kill -9 $$', 'signal: killed'],
    ['kill -SEGV $$', 'signal: segmentation fault'],
    ['kill -USR1 $$', 'signal: SIGUSR1'],
    ['no-such-command', 'exit status 127'],
  ])('says how %p ended', async (script, how) => {
    const runtime = await start();

    await expect(run(runtime, script)).rejects.toThrow(new TaskFailedError(`error executing command: ${how}`));
  });

  it('runs the command that it was given', async () => {
    const runtime = await start({ cmd: ['bash', '-e', '-u'] });

    await expect(run(runtime, 'echo "$NOT_SET"')).rejects.toThrow('exit status 1');
  });

  it.each([
    [{ cmd: ['/no/such/shell'] }, 'spawn /no/such/shell ENOENT'],
    [{ cmd: ['bash', '-c', 'no-such-program'] }, 'exit status 127'],
    [{ tempDir: '/no/such/directory' }, 'ENOENT'],
  ])('does not start with %j', async (options, cause) => {
    const starting = start(options);

    await expect(starting).rejects.toThrow(RuntimeUnavailableError);
    await expect(starting).rejects.toThrow(cause);
  });

  it('kills what a script leaves in the background', async () => {
    const runtime = await start();

    const { io } = await run(runtime, '(trap "" TERM HUP; sleep 1000) & sleep 1000 & echo done');

    expect(io.text).toBe('done\n');
    await eventually(() => expect(tracesBelow(base)).toEqual([]));
  });

  it('finds what left its process group when the task is cancelled', async () => {
    const runtime = await start();
    const io = new Recorder();
    const control = new AbortController();
    const ended = runtime.run(task('setsid sleep 1000 > /dev/null 2>&1 & echo ready; wait'), io, control.signal);
    await io.said('ready');

    control.abort(new Error('enough'));

    await expect(ended).rejects.toThrow('enough');
    await eventually(() => expect(tracesBelow(base)).toEqual([]));
  });

  it('finds what left its process group and holds the output open', async () => {
    const runtime = await start();

    const { io } = await run(runtime, 'setsid sleep 1000 & echo done');

    expect(io.text).toBe('done\n');
    await eventually(() => expect(tracesBelow(base)).toEqual([]));
  });

  it('lets a cancelled script clean up', async () => {
    const runtime = await start({ killGraceMs: 10_000 });
    const io = new Recorder();
    const control = new AbortController();
    const ended = runtime.run(
      task('trap "echo cleaned; exit" TERM; echo ready; while :; do sleep 0.05; done'),
      io,
      control.signal,
    );
    await io.said('ready');

    control.abort(new Error('enough'));

    await expect(ended).rejects.toThrow('enough');
    expect(io.text).toContain('cleaned\n');
  });

  describe('with output and progress files that are none any more', () => {
    it.each([
      'rm stdout; ln -s /etc/passwd stdout',
      'rm stdout; mkfifo stdout',
      'rm stdout; mkdir stdout',
      'rm stdout',
    ])('has no result after %p', async (script) => {
      const runtime = await start();

      expect((await run(runtime, `rm progress; mkfifo progress; ${script}`)).result).toBeUndefined();
    });
  });

  it('fails a task whose result is too long', async () => {
    const runtime = await start({ maxResultBytes: 10 });

    await expect(run(runtime, 'printf 12345678901 > stdout')).rejects.toThrow(
      'the task wrote 11 bytes to its output file, more than the 10 allowed',
    );
  });

  it.each([
    [{ a: '', 'a/b': '' }, 'a/b'],
    [{ ['x'.repeat(300)]: '' }, 'x'.repeat(100)],
  ])('fails a task whose files cannot be', async (files, name) => {
    const runtime = await start();

    const failed = run(runtime, 'true', { files });

    await expect(failed).rejects.toThrow(TaskFailedError);
    await expect(failed).rejects.toThrow(`error writing file: ${name}`);
  });

  it('lets files hold what the output and progress begin with', async () => {
    const runtime = await start();

    const { result } = await run(runtime, 'printf " more" >> stdout', {
      files: { stdout: 'some', entrypoint: 'exit 1' },
    });

    expect(result).toBe('some more');
  });

  it('takes any name for a file', async () => {
    const runtime = await start();
    const files = { constructor: 'a', 'to String': 'b', ...JSON.parse('{"__proto__":"c"}') } as Record<string, string>;

    expect((await run(runtime, 'cat constructor "to String" __proto__ > stdout', { files })).result).toBe('abc');
  });

  it('fails a task whose environment is too large', async () => {
    const runtime = await start();

    await expect(run(runtime, 'true', { env: { BIG: 'x'.repeat(3_000_000) } })).rejects.toThrow(TaskFailedError);
  });

  it('needs no successor to end the tasks of a killed worker', async () => {
    await crashWhileRunning({ adapter: 'shell', options: { tempDir: base } }, task('echo ready; sleep 1000'));

    await eventually(() => expect(readdirSync(base)).toEqual([]));
    expect(tracesBelow(base)).toEqual([]);
  });

  it('ends the tasks of a worker that was killed with its launcher', async () => {
    const options = { tempDir: base };
    await crashWhileRunning({ adapter: 'shell', options }, task('echo ready; sleep 1000'), () => {
      for (const pid of launchersBelow(base)) process.kill(pid, 'SIGKILL');
    });
    expect(tracesBelow(base)).not.toEqual([]);

    const runtime = await start();

    await eventually(() => expect(tracesBelow(base)).toEqual([]));
    await runtime.close();
    expect(readdirSync(base)).toEqual([]);
  });

  it('goes on after the death of its launcher', async () => {
    const runtime = await start();
    const launcher = launchersBelow(base)[0]!;
    const io = new Recorder();
    const ended = runtime.run(task('echo ready; sleep 1000'), io, new AbortController().signal);
    await io.said('ready');

    process.kill(launcher, 'SIGKILL');

    await expect(ended).rejects.toThrow(RuntimeUnavailableError);
    await eventually(() => expect(tracesBelow(base)).toEqual([]));
    expect((await run(runtime, 'printf again > stdout')).result).toBe('again');
  });

  it('leaves roots alone whose owner lives or which are not its own', async () => {
    mkdirSync(join(base, 'tork-shell-elsewhere-abcdef'));
    writeFileSync(join(base, 'tork-shell-file'), '');
    const first = await start();

    await start();

    expect((await run(first, 'printf ok > stdout')).result).toBe('ok');
    rmSync(join(base, 'tork-shell-elsewhere-abcdef'), { recursive: true });
    rmSync(join(base, 'tork-shell-file'));
  });

  describe('as another user', () => {
    it('has that user, that group, no other groups, and files that it may write', async () => {
      const runtime = await start({ uid: 65534, gid: 65534 });
      const script =
        'id -u; id -g; id -G; touch own d/own; stat -c "%u:%g" . d own; echo err > /dev/stderr; cat d/f; printf ok > "$TORK_OUTPUT"';

      const { result, io } = await run(runtime, script, { files: { 'd/f': 'file\n' } });

      expect(io.text).toBe('65534\n65534\n65534\n65534:65534\n65534:65534\n65534:65534\nerr\nfile\n');
      expect(result).toBe('ok');
    });

    it('is not led to a file of the worker by a link', async () => {
      const runtime = await start({ uid: 65534, gid: 65534 });
      const secret = join(base, 'secret');
      writeFileSync(secret, 'of root', { mode: 0o600 });

      const { result } = await run(runtime, `rm stdout; ln -s ${secret} stdout`);

      rmSync(secret);
      expect(result).toBeUndefined();
    });

    it('can be cancelled', async () => {
      const runtime = await start({ uid: 65534, gid: 65534 });
      const io = new Recorder();
      const control = new AbortController();
      const ended = runtime.run(task('echo ready; sleep 1000'), io, control.signal);
      await io.said('ready');

      control.abort(new Error('enough'));

      await expect(ended).rejects.toThrow('enough');
      await eventually(() => expect(tracesBelow(base)).toEqual([]));
    });
  });
});

/** The pids of the launchers that work below a directory: node processes with its path in their program. */
function launchersBelow(directory: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => commandLineOf(pid).includes(`"${directory}/`))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
