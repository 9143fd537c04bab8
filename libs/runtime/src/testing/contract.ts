import type { RunnableTask } from '@tork/core';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import type { Runtime } from '../runtime';
import { eventually } from '@tork/testing';
import { crashWhileRunning } from './crash';
import { Recorder } from './recorder';

export interface RuntimeUnderTest {
  /** Makes a runtime, not started yet. */
  create(options?: { progressIntervalMs?: number }): Runtime;
  /** What its tasks have to name, e.g. an image. */
  task: Partial<RunnableTask>;
  /** What runtimes made by `create` left on the machine: processes, files with content, containers, volumes, networks. */
  traces(): Promise<string[]>;
  /** How a process of its own makes such a runtime: the adapter and its options. */
  inProcess: { adapter: 'docker' | 'shell'; options: object };
  /** How an exit code reads in an error of a task that printed nothing. */
  exitText(code: number): string;
}

const STARTUP_MS = 60_000;

/**
 * What every runtime does, whatever it runs tasks in. Scripts are for any POSIX shell.
 *
 * @param prepare called once before the tests of the suite
 */
export function describeRuntime(name: string, prepare: () => Promise<RuntimeUnderTest>): void {
  describe(`${name}, as every runtime,`, () => {
    let subject: RuntimeUnderTest;
    let runtime: Runtime;

    beforeAll(async () => {
      subject = await prepare();
      runtime = subject.create({ progressIntervalMs: 100 });
      await runtime.start();
    }, STARTUP_MS);

    afterAll(() => runtime?.close());

    afterEach(async () => {
      await eventually(async () => expect(await subject.traces()).toEqual([]));
    });

    let id = 0;
    const task = (run: string, more: Partial<RunnableTask> = {}): RunnableTask => ({
      id: `${(++id).toString(16).padStart(32, '0')}`,
      jobId: 'f'.repeat(32),
      attempt: 1,
      position: 1,
      scheduledAt: new Date(0).toISOString(),
      name: 'a task',
      run,
      ...subject.task,
      ...more,
    });
    const aux = (run: string) => ({ name: 'aux', run, image: subject.task.image });

    /** Runs a task to its end; what it said comes along. */
    async function runToEnd(run: string, more: Partial<RunnableTask> = {}) {
      const io = new Recorder();
      const { result } = await runtime.run(task(run, more), io, new AbortController().signal);
      return { result, io };
    }

    /** Starts a task that says `ready` when it runs. */
    async function startTask(run: string, more: Partial<RunnableTask> = {}, on: Runtime = runtime) {
      const io = new Recorder();
      const control = new AbortController();
      const ended = on.run(task(run, more), io, control.signal);
      ended.catch(() => undefined);
      await Promise.race([io.said('ready'), ended]);
      return { io, ended, cancel: (reason: Error) => control.abort(reason) };
    }

    describe('the result', () => {
      it('is the whole output file, as it is', async () => {
        const { result } = await runToEnd(`printf ' line 1\\nzwölf €\\n\\n' > "$TORK_OUTPUT"`);

        expect(result).toBe(' line 1\nzwölf €\n\n');
      });

      it('is absent when nothing was written', async () => {
        expect((await runToEnd('echo only output')).result).toBeUndefined();
      });

      it('may be long', async () => {
        const { result } = await runToEnd(`head -c 1048576 /dev/zero | tr '\\0' x > "$TORK_OUTPUT"`);

        expect(result).toBe('x'.repeat(1048576));
      });

      it('of a task before is not seen', async () => {
        await runToEnd('printf one > "$TORK_OUTPUT"');

        expect((await runToEnd('cat "$TORK_OUTPUT" >> "$TORK_OUTPUT" || true')).result).toBeUndefined();
      });
    });

    describe('the output', () => {
      it('is both streams in the order in which they were written', async () => {
        const lines = 'for i in 1 2 3; do echo out $i; sleep 0.05; echo err $i >&2; sleep 0.05; done';

        const { io } = await runToEnd(lines);

        expect(io.text).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
      });

      it('comes while the task runs', async () => {
        const { io, ended, cancel } = await startTask('echo ready; sleep 60');

        expect(io.text).toBe('ready\n');
        cancel(new Error('seen'));
        await expect(ended).rejects.toThrow('seen');
      });

      it('is complete, however much there is', async () => {
        const { io } = await runToEnd(
          `head -c 3000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero | tr '\\0' y >&2`,
        );

        expect(io.bytes).toHaveLength(4_000_000);
        expect(io.text.replaceAll('y', '')).toBe('x'.repeat(3_000_000));
      });

      it('may be any bytes', async () => {
        const { io } = await runToEnd(`printf '\\000\\001\\200\\377\\n'`);

        expect([...io.bytes]).toEqual([0, 1, 0x80, 0xff, 0x0a]);
      });

      it('can be written to by name', async () => {
        const { io } = await runToEnd('echo one > /dev/stdout; sleep 0.1; echo two > /dev/stderr');

        expect(io.text).toBe('one\ntwo\n');
      });
    });

    describe('the environment', () => {
      it('has the values of the task unchanged', async () => {
        const env = { A: 'a  b', B: `'"`, C: 'x\ny', D: '$HOME `id`', E: '', Ü: 'ü' };

        const { result } = await runToEnd(`printf '%s|' "$A" "$B" "$C" "$D" "$E" > "$TORK_OUTPUT"`, { env });

        expect(result).toBe(`a  b|'"|x\ny|$HOME \`id\`||`);
      });

      it('has nothing of the worker', async () => {
        process.env.TORK_TEST_SECRET = 'of the worker';

        const { result } = await runToEnd('env > "$TORK_OUTPUT"');

        delete process.env.TORK_TEST_SECRET;
        expect(result).toContain('TORK_OUTPUT=');
        expect(result).not.toContain('TORK_TEST_SECRET');
      });

      it('keeps its values out of the error when one cannot be passed on', async () => {
        const failure = await runToEnd('true', { env: { TOKEN: 'hunter2\0' } }).catch((error: Error) => error);

        expect(failure).toBeInstanceOf(TaskFailedError);
        expect(String(failure)).toContain('"TOKEN"');
        expect(String(failure)).not.toContain('hunter2');
      });
    });

    describe('files', () => {
      it('are in the working directory, read-only, also below it', async () => {
        const files = { 'one.txt': 'first\n', 'd/e/two.txt': 'zweite äö\n', empty: '' };

        const { result } = await runToEnd(
          '{ cat one.txt d/e/two.txt empty; ls -l one.txt d/e/two.txt | cut -c1-10; } > "$TORK_OUTPUT"',
          { files },
        );

        expect(result).toBe('first\nzweite äö\n-r--r--r--\n-r--r--r--\n');
      });

      it.each(['../outside', '/tmp/outside', 'd/../../outside'])('are not written to %s', async (name) => {
        const failed = runToEnd('true', { files: { [name]: 'escaped' } });

        await expect(failed).rejects.toThrow(TaskFailedError);
        await expect(failed).rejects.toThrow(`error writing file: "${name}"`);
      });
    });

    describe('a task that fails', () => {
      it.each([1, 3, 127, 255])('with exit code %d says so', async (code) => {
        const failed = runToEnd(`exit ${code}`);

        await expect(failed).rejects.toThrow(TaskFailedError);
        await expect(failed).rejects.toThrow(subject.exitText(code));
      });

      it('has no result', async () => {
        await expect(runToEnd('printf partial > "$TORK_OUTPUT"; exit 1')).rejects.toThrow(TaskFailedError);
      });

      it('has its output nevertheless', async () => {
        const { io, ended } = await startTask('echo ready; echo reason >&2; exit 1');

        await expect(ended).rejects.toThrow(TaskFailedError);
        expect(io.text.split('\n').sort()).toEqual(['', 'ready', 'reason']);
      });
    });

    describe('pre and post tasks', () => {
      it('run before and after, in order, each with its own environment', async () => {
        const { result, io } = await runToEnd('echo main $V; printf main > "$TORK_OUTPUT"', {
          env: { V: 'v' },
          pre: [{ ...aux('echo pre1 $V'), env: { V: 'p' } }, aux('echo pre2 $V; printf pre > "$TORK_OUTPUT"')],
          post: [aux('echo post1'), aux('echo post2; printf post > "$TORK_OUTPUT"')],
        });

        expect(io.text).toBe('pre1 p\npre2\nmain v\npost1\npost2\n');
        expect(result).toBe('main');
      });

      it('have files of their own', async () => {
        const { io } = await runToEnd('ls', { pre: [{ ...aux('cat note'), files: { note: 'for pre\n' } }] });

        expect(io.text).toContain('for pre\n');
        expect(io.text).not.toContain('note\n');
      });

      it('end the task when one fails before', async () => {
        const { io, ended } = await startTask('echo main', { pre: [aux('echo ready; exit 4'), aux('echo pre2')] });

        await expect(ended).rejects.toThrow(TaskFailedError);
        expect(io.text).toBe('ready\n');
      });

      it('do not run after a failure', async () => {
        const { io, ended } = await startTask('echo ready; exit 1', { post: [aux('echo post')] });

        await expect(ended).rejects.toThrow(TaskFailedError);
        expect(io.text).toBe('ready\n');
      });

      it('fail the task when one fails after', async () => {
        await expect(runToEnd('true', { post: [aux('exit 5')] })).rejects.toThrow(TaskFailedError);
      });
    });

    describe('progress', () => {
      it('is reported while the task runs, and once more at its end', async () => {
        const { io, ended } = await startTask(
          'echo ready; echo 25.5 > "$TORK_PROGRESS"; sleep 2; echo 80 > "$TORK_PROGRESS"',
        );

        await io.progressReported(25.5);
        await ended;

        expect(io.progressed).toEqual([25.5, 80]);
      });

      it('is of the main task alone, and between 0 and 100', async () => {
        const { io } = await runToEnd('echo 250 > "$TORK_PROGRESS"', {
          pre: [aux('echo 10 > "$TORK_PROGRESS"')],
          post: [aux('echo 20 > "$TORK_PROGRESS"')],
        });

        expect(io.progressed).toEqual([100]);
      });

      it('that is no number is not reported', async () => {
        expect((await runToEnd('echo soon > "$TORK_PROGRESS"')).io.progressed).toEqual([]);
      });
    });

    describe('a cancelled task', () => {
      it('rejects with the reason and leaves nothing behind', async () => {
        const { ended, cancel } = await startTask('echo ready; sleep 1000');
        const reason = new TaskFailedError('context canceled');
        const cancelledAt = Date.now();

        cancel(reason);

        await expect(ended).rejects.toBe(reason);
        expect(Date.now() - cancelledAt).toBeLessThan(5000);
      });

      it('ends although it ignores signals and has children', async () => {
        const { ended, cancel } = await startTask(
          `trap '' TERM INT HUP; (trap '' TERM; sleep 1000) & sleep 1000 & echo ready; wait; sleep 1000`,
        );
        const reason = new Error('enough');

        cancel(reason);

        await expect(ended).rejects.toBe(reason);
      });

      it('does not start when it was cancelled before', async () => {
        const io = new Recorder();
        const reason = new Error('too late');

        await expect(runtime.run(task('echo started'), io, AbortSignal.abort(reason))).rejects.toBe(reason);

        expect(io.text).toBe('');
      });

      it.each([0, 1, 5, 10, 20, 40, 80, 160, 320])('leaves nothing behind when cancelled after %d ms', async (ms) => {
        const reason = new Error('enough');

        const ended = runtime.run(task('sleep 1000'), new Recorder(), abortedAfter(ms, reason));

        await expect(ended).rejects.toBe(reason);
        await eventually(async () => expect(await subject.traces()).toEqual([]));
      });

      it('does not go on with its next part', async () => {
        const { io, ended, cancel } = await startTask('echo main', { pre: [aux('echo ready; sleep 1000')] });

        cancel(new Error('enough'));

        await expect(ended).rejects.toThrow('enough');
        expect(io.text).toBe('ready\n');
      });
    });

    it('runs many tasks side by side, each with its own', async () => {
      const numbers = Array.from({ length: 12 }, (_, n) => n);

      const ran = await Promise.all(
        numbers.map((n) => runToEnd('echo "said $N"; printf "$N" > "$TORK_OUTPUT"', { env: { N: String(n) } })),
      );

      expect(ran.map(({ result }) => result)).toEqual(numbers.map(String));
      expect(ran.map(({ io }) => io.text)).toEqual(numbers.map((n) => `said ${n}\n`));
    });

    it('is healthy', async () => {
      await expect(runtime.health()).resolves.toBeUndefined();
    });

    it('ends what runs when it is closed, hands it back, and takes nothing more', async () => {
      const closing = subject.create();
      await closing.start();
      const { ended } = await startTask('echo ready; sleep 1000', {}, closing);

      await closing.close();

      await expect(ended).rejects.toThrow(RuntimeUnavailableError);
      expect(await subject.traces()).toEqual([]);
      await expect(closing.run(task('true'), new Recorder(), new AbortController().signal)).rejects.toThrow(
        RuntimeUnavailableError,
      );
      await closing.close();
    });

    it('can be closed without having been started', async () => {
      await expect(subject.create().close()).resolves.toBeUndefined();
    });

    it('removes at its start what a killed process left behind', async () => {
      await crashWhileRunning(subject.inProcess, task('echo ready; sleep 1000'));

      const next = subject.create();
      await next.start();

      await eventually(async () => expect(await subject.traces()).toEqual([]));
      await next.close();
    });

    it('leaves what a living process runs alone', async () => {
      const { io, ended, cancel } = await startTask('echo ready; sleep 1; echo done; sleep 1000');

      const other = subject.create();
      await other.start();
      await other.close();

      await io.said('done');
      cancel(new Error('seen'));
      await expect(ended).rejects.toThrow('seen');
    });
  });
}

function abortedAfter(ms: number, reason: Error): AbortSignal {
  const control = new AbortController();
  setTimeout(() => control.abort(reason), ms);
  return control.signal;
}
