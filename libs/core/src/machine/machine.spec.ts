import fc from 'fast-check';
import type { TaskDocument } from '../document/types';
import { isActiveJob } from '../job/job';
import { NEXT_JOB } from '../job/transition';
import { isActiveTask } from '../task/task';
import { NEXT_TASK } from '../task/transition';
import type { Outcome } from './simulation.fixtures';
import { World } from './simulation.fixtures';

/** Each step of a history is in the table. */
function expectLegalHistory(table: Record<string, Partial<Record<string, string>>>, history: readonly string[]): void {
  for (const [i, state] of history.slice(1).entries()) {
    const from = history[i]!;
    if (!Object.values(table[from] ?? {}).includes(state))
      throw new Error(`${from} → ${state}: ${history.join(' → ')}`);
  }
}

/** What every world must satisfy at every moment. Plain checks: they run millions of times. */
function expectLegal(world: World): void {
  expectLegalHistory(NEXT_JOB, world.jobHistory);
  for (const history of world.taskHistory.values()) expectLegalHistory(NEXT_TASK, history);
  const tasks = [...world.tasks.values()];
  const active = tasks.filter((task) => isActiveTask(task.state)).length;
  if (active > (isActiveJob(world.job.state) ? 1 : 0))
    throw new Error(`${active} active tasks in a ${world.job.state} job`);
  for (const task of tasks) {
    if ((task.redelivered ?? 0) > 5) throw new Error(`redelivered ${task.redelivered} times`);
    // Only the current holder's answer counts.
    if (task.result && task.result !== resultOf(task)) throw new Error(`attempt ${task.attempt} has ${task.result}`);
  }
}

const resultOf = (task: { id: string; attempt: number }) => `${task.id}, attempt ${task.attempt}`;

/** A run that came to rest ended as the tasks' scripts and the commands allow. */
function expectEnded(world: World): void {
  expect(isActiveJob(world.job.state)).toBe(false);
  if (world.job.state !== 'COMPLETED') return;
  expect(world.job.position).toBe(world.job.taskCount + 1);
  expect(world.job.progress).toBe(100);
  for (let position = 1; position <= world.job.taskCount; position++) {
    const ended = [...world.tasks.values()].filter(
      (task) => task.position === position && ['COMPLETED', 'SKIPPED'].includes(task.state),
    );
    expect(ended).toHaveLength(1);
  }
}

const documents = fc.array(
  fc.record<TaskDocument>(
    {
      name: fc.constantFrom('good', 'bad', 'flaky'),
      var: fc.constantFrom('a', 'b'),
      if: fc.constantFrom('true', 'false', '{{ tasks.a }}'),
      retry: fc.record(
        { limit: fc.integer({ min: 1, max: 3 }), initialDelay: fc.constantFrom('1s', '1m') },
        { requiredKeys: ['limit'] },
      ),
    },
    { requiredKeys: ['name'] },
  ),
  { minLength: 1, maxLength: 5 },
);

const outcomeOf =
  (flips: () => boolean): Outcome =>
  (task) => {
    if (task.name === 'bad' || (task.name === 'flaky' && flips())) return { error: 'exit code 1' };
    return { result: resultOf(task) };
  };

type Act = [
  kind:
    | ('deliver' | 'twice' | 'lose' | 'finish' | 'kill' | 'redeliver' | 'return' | 'miss')
    | ('reconcile' | 'cancel' | 'restart'),
  pick: number,
];

const acts = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant('deliver' as const) },
      { weight: 5, arbitrary: fc.constant('finish' as const) },
      { weight: 3, arbitrary: fc.constant('twice' as const) },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          ...(['lose', 'kill', 'redeliver', 'return', 'miss', 'reconcile', 'cancel', 'restart'] as const),
        ),
      },
    ),
    fc.nat(),
  ) as fc.Arbitrary<Act>,
  { maxLength: 80 },
);

function perform(world: World, [kind, pick]: Act): void {
  const message = world.messages.length > 0 ? pick % world.messages.length : 0;
  const run = world.runs.length > 0 ? pick % world.runs.length : 0;
  const tasks = [...world.tasks.values()];
  const task = tasks[pick % Math.max(1, tasks.length)];
  switch (kind) {
    case 'deliver':
      return world.deliver(message);
    case 'twice':
      return world.deliver(message, true);
    case 'lose':
      return world.loseMessage(message);
    case 'finish':
      return world.finishRun(run);
    case 'kill':
      return world.killRun(run);
    case 'redeliver':
      return task && world.redeliver(task, 'vanished');
    case 'return':
      return world.returnRun(run);
    case 'miss':
      return task && world.redeliver(task, 'missing');
    case 'reconcile':
      return world.reconcile();
    case 'cancel':
    case 'restart':
      return world.command(kind);
  }
}

describe('the state machine', () => {
  it('stays legal and comes to an end, whatever is reordered, repeated or lost', () => {
    fc.assert(
      fc.property(documents, acts, fc.infiniteStream(fc.boolean()), (tasks, script, flips) => {
        const world = World.sequential(
          tasks,
          outcomeOf(() => flips.next().value as boolean),
          { output: '{{ tasks.a }}' },
        );
        for (const act of script) {
          perform(world, act);
          expectLegal(world);
        }
        world.runFairly();
        expectLegal(world);
        expectEnded(world);
      }),
      { numRuns: 3_000 },
    );
  });

  it('completes every job of good tasks unless it is cancelled, however often its nodes die short of the limit', () => {
    const good = fc.array(fc.record<TaskDocument>({ name: fc.constant('good') }), { minLength: 1, maxLength: 4 });
    const harmless = acts.map((script) =>
      script.filter(([kind]) => !['cancel', 'restart', 'redeliver', 'miss'].includes(kind)),
    );
    fc.assert(
      fc.property(good, harmless, (tasks, script) => {
        const world = World.sequential(
          tasks,
          outcomeOf(() => false),
          {},
          1_000,
        );
        for (const act of script) perform(world, act);
        world.runFairly();
        expect(world.job.state).toBe('COMPLETED');
        expectEnded(world);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never lets progress fall while the job is not restarted', () => {
    const noRestart = acts.map((script) => script.filter(([kind]) => kind !== 'restart'));
    fc.assert(
      fc.property(documents, noRestart, (tasks, script) => {
        const world = World.sequential(
          tasks,
          outcomeOf(() => false),
        );
        let progress = 0;
        for (const act of script) {
          perform(world, act);
          expect(world.job.progress ?? 0).toBeGreaterThanOrEqual(progress);
          progress = world.job.progress ?? 0;
        }
      }),
    );
  });
});
