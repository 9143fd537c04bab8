import type { Job, ScheduledJob } from '../job/job';
import { jobSummary } from '../job/summary';
import type { Task } from '../task/task';
import { taskSummary } from '../task/summary';
import { toWireJob, toWireJobSummary, toWirePage, toWireScheduledJob, toWireScheduledJobSummary } from './job';
import { toWireNode } from './node';
import { time } from './shape';
import { toWireLogPart, toWireTask, toWireTaskSummary } from './task';
import { toWireUser } from './user';

const at = new Date('2024-01-02T03:04:05.060Z');
const AT = '2024-01-02T03:04:05.06Z';
const guest = { id: 'g', name: 'Guest', username: 'guest', createdAt: at };
const GUEST = { id: 'g', name: 'Guest', username: 'guest', createdAt: AT, disabled: true };

const job: Job = {
  id: 'j',
  name: 'n',
  state: 'PENDING',
  createdAt: at,
  tasks: [],
  position: 0,
  taskCount: 0,
  context: {},
};
const task: Task = { id: 't', jobId: 'j', position: 1, state: 'PENDING', attempt: 3, createdAt: at, dueAt: at };

describe('time', () => {
  it.each([
    ['2024-01-02T03:04:05.000Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:00.000Z', '2024-01-02T03:04:00Z'],
    ['2024-01-02T03:04:05.120Z', '2024-01-02T03:04:05.12Z'],
    ['2024-01-02T03:04:05.003Z', '2024-01-02T03:04:05.003Z'],
  ])('%s is shown as %s', (iso, expected) => {
    expect(time(new Date(iso))).toBe(expected);
  });
});

describe('a job on the wire', () => {
  it('always has times, tasks, execution, position and context', () => {
    expect(toWireJob(job)).toEqual({
      id: 'j',
      name: 'n',
      state: 'PENDING',
      createdAt: AT,
      tasks: [],
      execution: [],
      position: 0,
      context: {},
    });
  });

  it('has its fields in the order of the documentation', () => {
    const whole: Job = {
      ...job,
      schedule: { id: 's' },
      progress: 33.33,
      autoDelete: { after: '1h' },
      permissions: [{ user: guest }, { role: { id: 'r', slug: 'public', name: 'Public', createdAt: at } }],
      webhooks: [{ if: 'x', url: 'http://a', headers: {} }],
      defaults: { priority: 1, retry: { limit: 2 }, limits: {} },
      context: { job: { id: 'j', name: 'n' }, inputs: {}, secrets: { s: 'v' }, tasks: { a: '' } },
      secrets: { s: 'v' },
      inputs: { i: '' },
      taskCount: 1,
      execution: [task],
      tasks: [{ env: {}, name: 'a', limits: {}, priority: 0, cmd: [] }],
      deleteAt: at,
      failedAt: at,
      completedAt: at,
      startedAt: at,
      createdBy: guest,
      tags: [''],
      error: 'e',
      result: 'r',
      output: 'o',
      parentId: 'p',
      description: 'd',
    };

    expect(JSON.stringify(toWireJob(whole))).toBe(
      JSON.stringify({
        id: 'j',
        name: 'n',
        description: 'd',
        parentId: 'p',
        output: 'o',
        result: 'r',
        error: 'e',
        tags: [''],
        state: 'PENDING',
        createdAt: AT,
        createdBy: GUEST,
        startedAt: AT,
        completedAt: AT,
        failedAt: AT,
        deleteAt: AT,
        tasks: [{ name: 'a', limits: {} }],
        execution: [{ id: 't', jobId: 'j', position: 1, state: 'PENDING', createdAt: AT }],
        position: 0,
        taskCount: 1,
        inputs: { i: '' },
        secrets: { s: 'v' },
        context: { job: { id: 'j', name: 'n' }, secrets: { s: 'v' }, tasks: { a: '' } },
        defaults: { retry: { limit: 2 }, limits: {}, priority: 1 },
        webhooks: [{ url: 'http://a', if: 'x' }],
        permissions: [{ user: GUEST }, { role: { id: 'r', slug: 'public', name: 'Public', createdAt: AT } }],
        autoDelete: { after: '1h' },
        progress: 33.33,
        schedule: { id: 's' },
      }),
    );
  });

  it('has a short form without tasks', () => {
    const summary = jobSummary({ ...job, createdBy: guest, inputs: { i: '1' }, taskCount: 2, schedule: { id: 's' } });

    expect(JSON.stringify(toWireJobSummary(summary))).toBe(
      JSON.stringify({
        id: 'j',
        createdBy: GUEST,
        inputs: { i: '1' },
        name: 'n',
        state: 'PENDING',
        createdAt: AT,
        position: 0,
        taskCount: 2,
        schedule: { id: 's' },
      }),
    );
  });

  it('comes in pages', () => {
    const page = { items: [jobSummary(job)], number: 2, size: 1, totalPages: 2, totalItems: 11 };

    expect(toWirePage(page, toWireJobSummary)).toEqual({ ...page, items: [toWireJobSummary(jobSummary(job))] });
  });
});

describe('a scheduled job on the wire', () => {
  const scheduled: ScheduledJob = { id: 's', name: 'n', cron: '@daily', state: 'PAUSED', createdAt: at, tasks: [] };

  it('always has its tasks', () => {
    expect(JSON.stringify(toWireScheduledJob({ ...scheduled, secrets: { a: 'b' }, tags: ['x'] }))).toBe(
      JSON.stringify({
        id: 's',
        name: 'n',
        cron: '@daily',
        state: 'PAUSED',
        tasks: [],
        createdAt: AT,
        tags: ['x'],
        secrets: { a: 'b' },
      }),
    );
  });

  it('has a short form', () => {
    expect(JSON.stringify(toWireScheduledJobSummary(scheduled))).toBe(
      JSON.stringify({ id: 's', state: 'PAUSED', name: 'n', createdAt: AT, cron: '@daily' }),
    );
  });
});

describe('a task on the wire', () => {
  it('has its fields in the order of the documentation, and no trace of who holds it', () => {
    const whole: Task = {
      ...task,
      parentId: 'p',
      name: 'a',
      description: 'd',
      scheduledAt: at,
      startedAt: at,
      completedAt: at,
      failedAt: at,
      cmd: ['c'],
      entrypoint: ['e'],
      run: 'r',
      image: 'i',
      registry: { password: 'p', username: 'u' },
      env: { A: '' },
      files: { f: '' },
      queue: 'q',
      redelivered: 1,
      error: 'err',
      pre: [{ name: 'pre', timeout: 'x' }],
      post: [{ name: 'post' }],
      sidecars: [{ name: 's', probe: { port: 80, path: '/' } }],
      mounts: [{ opts: { a: 'b' }, target: '/t', type: 'volume' }],
      networks: ['net'],
      nodeId: 'node',
      retry: { attempts: 1, limit: 2, initialDelay: '1s' },
      limits: { memory: '1g', cpus: '1' },
      timeout: '1m',
      result: 'res',
      var: 'v',
      if: 'true',
      parallel: { completions: 1, tasks: [{ name: 'x', run: '' }] },
      each: { list: 'l', task: { name: 'y' }, size: 3, completions: 0, concurrency: 2, index: 2 },
      subjob: { id: 'sub', name: 'n', tasks: [{ name: 'z' }], detached: false, secrets: {} },
      gpus: 'all',
      tags: ['x'],
      workdir: '/w',
      priority: 9,
      progress: 50,
    };

    expect(JSON.stringify(toWireTask(whole))).toBe(
      JSON.stringify({
        id: 't',
        jobId: 'j',
        parentId: 'p',
        position: 1,
        name: 'a',
        description: 'd',
        state: 'PENDING',
        createdAt: AT,
        scheduledAt: AT,
        startedAt: AT,
        completedAt: AT,
        failedAt: AT,
        cmd: ['c'],
        entrypoint: ['e'],
        run: 'r',
        image: 'i',
        registry: { username: 'u', password: 'p' },
        env: { A: '' },
        files: { f: '' },
        queue: 'q',
        redelivered: 1,
        error: 'err',
        pre: [{ name: 'pre', timeout: 'x' }],
        post: [{ name: 'post' }],
        sidecars: [{ name: 's', probe: { path: '/', port: 80 } }],
        mounts: [{ type: 'volume', target: '/t', opts: { a: 'b' } }],
        networks: ['net'],
        nodeId: 'node',
        retry: { limit: 2, initialDelay: '1s', attempts: 1 },
        limits: { cpus: '1', memory: '1g' },
        timeout: '1m',
        result: 'res',
        var: 'v',
        if: 'true',
        parallel: { tasks: [{ name: 'x' }], completions: 1 },
        each: { list: 'l', task: { name: 'y' }, size: 3, concurrency: 2, index: 2 },
        subjob: { id: 'sub', name: 'n', tasks: [{ name: 'z' }] },
        gpus: 'all',
        tags: ['x'],
        workdir: '/w',
        priority: 9,
        progress: 50,
      }),
    );
  });

  it('has a short form', () => {
    expect(JSON.stringify(toWireTaskSummary(taskSummary({ ...task, name: 'a', run: 'secret', result: 'r' })))).toBe(
      JSON.stringify({ id: 't', jobId: 'j', position: 1, name: 'a', state: 'PENDING', createdAt: AT, result: 'r' }),
    );
  });

  it('has log parts whose contents are always a text', () => {
    expect(toWireLogPart({ id: 'l', number: 1, taskId: 't', contents: '', createdAt: at })).toEqual({
      id: 'l',
      number: 1,
      taskId: 't',
      contents: '',
      createdAt: AT,
    });
  });
});

describe('users and nodes on the wire', () => {
  it('show the guest as disabled and nobody else', () => {
    expect(toWireUser(guest)).toEqual(GUEST);
    expect(toWireUser({ ...guest, username: 'ann', disabled: false })).toEqual({
      id: 'g',
      name: 'Guest',
      username: 'ann',
      createdAt: AT,
    });
  });

  it('show a node that has been silent for a minute as offline', () => {
    const node = { id: 'n', name: 'worker', startedAt: at, lastHeartbeatAt: at, status: 'UP', version: '' } as const;
    const shown = { id: 'n', name: 'worker', startedAt: AT, lastHeartbeatAt: AT, version: '' };

    expect(toWireNode({ ...node, cpuPercent: 0, taskCount: 0 }, at)).toEqual({ ...shown, status: 'UP' });
    expect(toWireNode(node, new Date(at.getTime() + 60_001))).toEqual({ ...shown, status: 'OFFLINE' });
  });
});
