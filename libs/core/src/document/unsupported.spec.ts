import { findUnsupported } from './unsupported';

const task = { name: 't' };

describe('findUnsupported', () => {
  it('has nothing to say about what the engine does', () => {
    const tasks = [{ ...task, pre: [task], post: [task], retry: { limit: 1 }, mounts: [{ type: 'volume' }] }];

    expect(
      findUnsupported({
        name: 'j',
        tasks,
        defaults: {},
        autoDelete: {},
        permissions: [],
        webhooks: [{ url: 'http://a' }],
      }),
    ).toBeUndefined();
    expect(findUnsupported({ name: 'j', tasks, schedule: { cron: '@daily' } })).toBeUndefined();
  });

  it.each([
    [{ parallel: { tasks: [task] } }, 'Job.Tasks[1].Parallel: not supported yet'],
    [{ each: { list: '[1]', task } }, 'Job.Tasks[1].Each: not supported yet'],
    [{ subjob: { name: 's', tasks: [task] } }, 'Job.Tasks[1].SubJob: not supported yet'],
    [{ sidecars: [task] }, 'Job.Tasks[1].Sidecars: not supported yet'],
  ])('names the task of %j', (more, text) => {
    expect(findUnsupported({ name: 'j', tasks: [task, { ...task, ...more }] })).toBe(text);
  });

  it('names the field of a job', () => {
    expect(findUnsupported({ permissions: [{ user: 'u' }] })).toBe('Job.Permissions: not supported yet');
    expect(findUnsupported({ permissions: [{ user: 'u' }], schedule: {} })).toBe(
      'ScheduledJob.Permissions: not supported yet',
    );
  });
});
