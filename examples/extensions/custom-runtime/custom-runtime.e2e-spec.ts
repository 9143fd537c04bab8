import { join } from 'node:path';
import { eventually, startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const services = useServices('postgres');
let tork: TorkServer;
beforeAll(async () => {
  tork = await startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
    env: { SECRET_OF_THE_WORKER: 'hunter2' },
  });
});
afterAll(() => tork?.stop());

const run = async (task: object) => tork.ended(await tork.submit({ name: 'test', tasks: [{ name: 'a', ...task }] }));
const failureOf = async (task: object) => (await run(task)).execution[0]?.error;

it('runs a function: what it returns is the result, what it prints is the log', async () => {
  const id = await tork.submit({
    name: 'two steps',
    tasks: [
      { name: 'count', var: 'count', run: 'console.log("counting"); return [1, 2, 3].map((n) => n * 2)' },
      {
        name: 'sum',
        var: 'sum',
        env: { NUMBERS: '{{ tasks.count }}' },
        run: 'console.error("adding"); return String(JSON.parse(process.env.NUMBERS).reduce((a, b) => a + b))',
      },
    ],
    output: '{{ tasks.sum }}',
  });

  const job = await tork.ended(id);

  expect(job).toMatchObject({ state: 'COMPLETED', result: '12' });
  await eventually(async () => expect(await tork.log(id)).toBe('counting\nadding\n'));
});

it('hands over files, modules of Node, and no environment but that of the task', async () => {
  const { execution } = await run({
    files: { 'a.txt': 'Tork' },
    env: { GIVEN: 'yes' },
    run: 'const { createHash } = require("node:crypto"); return { ...process.env, a: createHash("md5").update(files["a.txt"]).digest("hex") }',
    pre: [{ name: 'before', run: 'console.log(Object.keys(process.env).length)' }],
  });

  expect(JSON.parse(execution[0]?.result ?? '')).toEqual({ GIVEN: 'yes', a: '5e6848d0f06d239b013b972ed01c2948' });
});

it('loses nothing of what was printed last', async () => {
  const id = await tork.submit({ name: 'x', tasks: [{ name: 'a', run: 'console.log("x".repeat(300_000) + "end")' }] });

  await tork.ended(id);

  await eventually(async () => expect(await tork.log(id)).toMatch(/^x{300000}end\n$/));
});

it.each([
  ['throws', { run: 'throw new Error("out of coffee")' }, 'out of coffee'],
  ['is no JavaScript', { run: 'return return' }, "Unexpected token 'return'"],
  ['throws later', { run: 'setTimeout(() => { throw new Error("late") }); await new Promise(() => {})' }, 'late'],
  ['ends the thread', { run: 'process.exit(3)' }, 'ended its thread before it returned'],
  ['needs too much', { run: 'const all = []; for (;;) all.push(new Array(1e5).fill({}))' }, 'memory limit'],
  ['names an image', { run: ';', image: 'alpine' }, 'image: not for tasks in JavaScript'],
  ['says nothing to run', { cmd: ['true'] }, 'cmd: not for tasks in JavaScript'],
])('fails a task that %s with the reason', async (_, task, reason) => {
  expect(await failureOf(task)).toContain(reason);
});

it('reports progress, and ends a loop that never would', async () => {
  const id = await tork.submit({ name: 'loop', tasks: [{ name: 'a', run: 'progress(40); for (;;);' }] });
  await eventually(async () => expect((await tork.job(id)).execution[0]?.progress).toBe(40));

  await tork.call('PUT', `/jobs/${id}/cancel`);

  expect((await tork.ended(id)).state).toBe('CANCELLED');
  expect(await run({ run: 'return "free again"' })).toMatchObject({ state: 'COMPLETED' });
});

it('ends a task in its time', async () => {
  expect(await failureOf({ run: 'await new Promise(() => setInterval(() => {}, 1000))', timeout: '200ms' })).toBe(
    'context deadline exceeded',
  );
});
