import type { JobSummary, TaskSummary } from '@tork/core';
import { createExpressions } from './expressions';

const expressions = createExpressions();

const job: JobSummary = {
  id: 'j1',
  name: 'a job',
  state: 'COMPLETED',
  createdAt: new Date('2024-05-06T07:08:09Z'),
  createdBy: { id: 'u1', name: 'Ann', username: 'ann', createdAt: new Date(0) },
  inputs: { a: 'b' },
  tags: ['x'],
  position: 2,
  taskCount: 1,
  progress: 100,
};
const task: TaskSummary = {
  id: 't1',
  jobId: 'j1',
  position: 1,
  name: 'a task',
  state: 'FAILED',
  createdAt: new Date(),
};

describe('the expressions of an event', () => {
  const scope = { inputs: { long: 'x'.repeat(1_000) } };
  const costly = '{{ len(map(1..900, inputs.long)) }}';
  const reasonOf = (run: () => unknown) => {
    try {
      return void run();
    } catch (error) {
      return (error as { reason?: string }).reason;
    }
  };

  it('share a budget, whatever each of them may cost', () => {
    const { condition, refill, render, value } = createExpressions(5_000);
    for (let i = 0; i < 5; i++) reasonOf(() => render(costly, scope));

    const all = [() => render('{{ 1 }}', scope), () => value('1', scope), () => condition('true', { job })];
    expect(all.map(reasonOf)).toEqual(Array(3).fill('step budget exceeded'));

    refill();
    expect(all.map((run) => run())).toEqual(['1', expect.anything(), true]);
  });

  it('are not the concern of another batch', () => {
    const spent = createExpressions(100);
    reasonOf(() => spent.render(costly, scope));

    expect(createExpressions(100).render('{{ 1 }}', scope)).toBe('1');
  });
});

describe('the condition of a webhook', () => {
  it.each([
    "{{ job.State == 'COMPLETED' }}",
    "job.State == 'COMPLETED'",
    "job.state == 'COMPLETED' && job.id == job.ID && job.parentId == job.ParentID",
    "job.CreatedBy.Username == 'ann' && job.createdBy.username == 'ann'",
    "job.Inputs.a == 'b' && job.inputs.missing == ''",
    'job.Position == 2 && job.TaskCount == 1 && job.Progress == 100.0 && job.Progress / 3 > 33.3',
    "'x' in job.Tags && job.Error == '' && job.FailedAt == nil",
    "task.State == 'FAILED' && task.JobID == job.ID && task.Var == '' && task.jobId == 'j1'",
  ])('reads %s', (text) => {
    expect(expressions.condition(text, { job, task })).toBe(true);
  });

  it.each(['job.Nope', 'job.STATE', 'inputs.a', 'task.State'])('fails for %s, which is not there', (text) => {
    expect(() => expressions.condition(text, { job })).toThrow();
  });

  it.each(["'yes'", '1', 'nil'])('may be no boolean, as %s', (text) => {
    expect(typeof expressions.condition(text, { job })).not.toBe('boolean');
  });
});
