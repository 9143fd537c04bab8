import type { User } from '../user/user';
import type { Job } from './job';
import { newJob, newScheduledInstance, newScheduledJob } from './new-job';
import { jobSummary, scheduledJobSummary } from './summary';

const now = new Date('2024-05-06T07:08:09.010Z');
const createdBy: User = { id: 'u1', name: 'Ann', username: 'ann', createdAt: now };
const submission = { id: 'j1', now, createdBy };
const document = {
  name: 'j',
  description: 'd',
  tags: ['a'],
  tasks: [{ name: 't' }, { name: 'u' }],
  inputs: { i: '1' },
  secrets: { s: '2' },
  output: '{{ 1 }}',
  defaults: { queue: 'q' },
  webhooks: [{ url: 'http://a' }],
  autoDelete: { after: '1h' },
};
const permissions = [{ user: createdBy }];

describe('newJob', () => {
  it('is the document, and a job that has not started', () => {
    const given = { ...document, wait: { timeout: '1s' }, permissions: [{ user: 'ann' }] };

    expect(newJob(given, { ...submission, permissions })).toEqual({
      ...document,
      id: 'j1',
      state: 'PENDING',
      createdAt: now,
      createdBy,
      position: 0,
      taskCount: 2,
      permissions,
      context: { job: { id: 'j1', name: 'j' }, inputs: { i: '1' }, secrets: { s: '2' } },
    });
  });

  it('copies what expressions see, down to a key named __proto__', () => {
    const inputs = JSON.parse('{"__proto__":"p"}') as Record<string, string>;
    const job = newJob({ ...document, inputs }, submission);

    expect(job.context.inputs).not.toBe(job.inputs);
    expect(Object.entries(job.context.inputs ?? {})).toEqual([['__proto__', 'p']]);
  });

  it('has nothing in it that the document has not', () => {
    expect(newJob({ name: 'j', tasks: [{ name: 't' }] }, submission)).toEqual({
      id: 'j1',
      name: 'j',
      state: 'PENDING',
      createdAt: now,
      createdBy,
      tasks: [{ name: 't' }],
      position: 0,
      taskCount: 1,
      context: { job: { id: 'j1', name: 'j' } },
    });
  });
});

describe('a scheduled job', () => {
  const scheduled = newScheduledJob(
    { ...document, schedule: { cron: '@daily' } },
    { ...submission, id: 's1', permissions },
  );

  it('is the document with its expression', () => {
    expect(scheduled).toEqual({
      ...document,
      id: 's1',
      cron: '@daily',
      state: 'ACTIVE',
      createdAt: now,
      createdBy,
      permissions,
    });
  });

  it('makes jobs of its own definition, for the same people', () => {
    const later = new Date(now.getTime() + 1000);

    expect(newScheduledInstance(scheduled, { id: 'j2', now: later })).toEqual({
      ...document,
      id: 'j2',
      state: 'PENDING',
      createdAt: later,
      createdBy,
      permissions,
      position: 0,
      taskCount: 2,
      context: { job: { id: 'j2', name: 'j' }, inputs: { i: '1' }, secrets: { s: '2' } },
      schedule: { id: 's1', cron: '@daily' },
    });
  });

  it('has a short form', () => {
    expect(scheduledJobSummary(scheduled)).toEqual({
      id: 's1',
      createdBy,
      inputs: { i: '1' },
      state: 'ACTIVE',
      name: 'j',
      description: 'd',
      tags: ['a'],
      createdAt: now,
      cron: '@daily',
    });
  });
});

describe('jobSummary', () => {
  it('leaves out definitions, context and secrets', () => {
    const job: Job = { ...newJob(document, submission), result: 'r', error: 'e', progress: 50, parentId: 'p' };

    expect(jobSummary(job)).toEqual({
      id: 'j1',
      createdBy,
      parentId: 'p',
      inputs: { i: '1' },
      name: 'j',
      description: 'd',
      tags: ['a'],
      state: 'PENDING',
      createdAt: now,
      position: 0,
      taskCount: 2,
      result: 'r',
      error: 'e',
      progress: 50,
    });
  });
});
