import type { Job } from '../job/job';
import { newJob } from '../job/new-job';
import type { Task } from '../task/task';
import { awaitsWebhook, webhookDeliveries } from './deliveries';
import type { WebhookContext } from './deliveries';
import { checkHeaders } from './headers';
import type { WebhookOccasion } from './webhook';

const now = new Date('2024-05-06T07:08:09.010Z');
const createdBy = { id: 'u1', name: 'Ann', username: 'ann', createdAt: now };
const URL = 'http://receiver/hook';

const makeJob = (webhooks: Job['webhooks'], more: Partial<Job> = {}): Job => ({
  ...newJob(
    { name: 'j hunter2', tasks: [{ name: 't' }], secrets: { s: 'hunter2' }, webhooks },
    { id: 'j1', now, createdBy },
  ),
  ...more,
});
const task: Task = { id: 't1', jobId: 'j1', name: 't', position: 1, state: 'RUNNING', attempt: 1, createdAt: now };

/** `{{ name }}` gives a secret; `if` is `true`, `false`, or whatever else. */
function makeContext(more: Partial<WebhookContext> = {}): WebhookContext {
  let ids = 0;
  return {
    newId: () => `d${++ids}`,
    redactor: {
      jobSummary: (summary, secrets) => ({ ...summary, name: `redacted ${secrets.hide(summary.name)}` }),
      taskSummary: (summary, secrets) => ({ ...summary, name: `redacted ${secrets.hide(summary.name ?? '')}` }),
    },
    maxBodyBytes: 10_000,
    expressions: {
      render: (text, scope) =>
        text.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => {
          if (name === 'boom') throw new Error('boom');
          return scope.secrets?.[name] ?? scope.tasks?.[name] ?? '';
        }),
      value: (text) => text,
      condition: (text) => {
        if (text === 'boom') throw new Error('error evaluating expression: boom');
        return text === 'true' ? true : text === 'false' ? false : text;
      },
    },
    ...more,
  };
}

const changed = (job: Job): WebhookOccasion => ({ event: 'job.StateChange', job });
const decide = (webhook: object, more?: Partial<WebhookContext>) => {
  const job = makeJob([{ url: URL, ...webhook }]);
  return webhookDeliveries(job, changed(job), makeContext(more));
};

describe('which webhooks are called', () => {
  const events = ['job.StateChange', 'job.Progress', 'task.StateChange', 'task.Progress'] as const;
  const occasion = (job: Job, event: (typeof events)[number]): WebhookOccasion =>
    event.startsWith('job') ? ({ event, job } as WebhookOccasion) : ({ event, task } as WebhookOccasion);

  it.each(events)('those that wait for %s', (event) => {
    const job = makeJob([...events.map((each) => ({ url: `${URL}/${each}`, event: each })), { url: URL, event: 'x' }]);

    const { deliveries, problems } = webhookDeliveries(job, occasion(job, event), makeContext());

    expect(deliveries.map(({ url }) => url)).toEqual([`${URL}/${event}`]);
    expect(problems).toEqual([]);
  });

  it('takes one that names no event for one of the state', () => {
    for (const event of [undefined, '']) expect(decide({ event }).deliveries).toHaveLength(1);
    expect(awaitsWebhook(makeJob([{ url: URL }]), 'job.StateChange')).toBe(true);
    expect(awaitsWebhook(makeJob([{ url: URL }]), 'job.Progress')).toBe(false);
    expect(awaitsWebhook(makeJob(undefined), 'job.StateChange')).toBe(false);
  });

  it('asks the condition for a boolean', () => {
    expect(decide({ if: 'true' })).toMatchObject({ deliveries: [{ url: URL }], problems: [] });
    expect(decide({ if: 'false' })).toEqual({ deliveries: [], problems: [] });
    expect(decide({ if: '1' })).toEqual({
      deliveries: [],
      problems: ['webhooks[0]: not called: its if gives no boolean'],
    });
    expect(decide({ if: 'boom' }).problems).toEqual([
      'webhooks[0]: not called: its if cannot be evaluated: error evaluating expression: boom',
    ]);
  });

  it.each(['{{ inputs.url }}', 'ftp://a/b', '/hook', 'http://', 'http://[::1', ''])('not one at %s', (url) => {
    expect(decide({ url })).toMatchObject({ deliveries: [], problems: [expect.stringContaining('its url')] });
  });

  it('goes on after one that is wrong, each with an id of its own', () => {
    const job = makeJob([{ url: URL, if: 'boom' }, { url: URL }, { url: 'nowhere' }, { url: URL }]);

    const { deliveries, problems } = webhookDeliveries(job, changed(job), makeContext());

    expect(deliveries.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(problems).toHaveLength(2);
  });
});

describe('the body', () => {
  it('is the job as compact JSON, without its secrets', () => {
    expect(decide({}).deliveries[0]?.body).toBe(
      '{"id":"j1","createdBy":{"id":"u1","name":"Ann","username":"ann","createdAt":"2024-05-06T07:08:09.01Z"},' +
        '"name":"redacted j [REDACTED]","state":"PENDING","createdAt":"2024-05-06T07:08:09.01Z","position":0,"taskCount":1}',
    );
  });

  it('is the task for events of tasks', () => {
    const job = makeJob([{ url: URL, event: 'task.StateChange' }]);

    const { deliveries } = webhookDeliveries(job, { event: 'task.StateChange', task }, makeContext());

    expect(JSON.parse(deliveries[0]!.body)).toEqual({
      id: 't1',
      jobId: 'j1',
      position: 1,
      name: 'redacted t',
      state: 'RUNNING',
      createdAt: '2024-05-06T07:08:09.01Z',
    });
  });

  it('shows a state that is never stored', () => {
    const job = makeJob([{ url: URL }], { state: 'FAILED' });

    const { deliveries } = webhookDeliveries(
      job,
      { event: 'job.StateChange', job: { ...job, state: 'RESTART' } },
      makeContext(),
    );

    expect(JSON.parse(deliveries[0]!.body)).toMatchObject({ state: 'RESTART' });
  });

  it('is not stored for thousands of webhooks when it is long', () => {
    const long = 'x'.repeat(5_000_000);
    const job = makeJob(
      Array.from({ length: 1000 }, () => ({ url: URL })),
      { description: long },
    );
    const { deliveries, problems } = webhookDeliveries(job, changed(job), makeContext({ maxBodyBytes: 6_000_000 }));

    expect(deliveries).toHaveLength(3);
    expect(problems).toEqual([
      "webhooks[3]: not called, and none behind it: the event's calls have more than 16000000 characters together",
    ]);
  });

  it('is sent once, however long it may be', () => {
    const job = makeJob([{ url: URL }], { description: 'x'.repeat(20_000_000) });
    const { deliveries } = webhookDeliveries(job, changed(job), makeContext({ maxBodyBytes: 30_000_000 }));

    expect(deliveries).toHaveLength(1);
  });

  it('goes nowhere if it is too long, or holds secrets that cannot be taken out', () => {
    const problem = (more: Partial<WebhookContext>) => decide({}, more).problems[0];
    const fails = () => {
      throw new Error('hunter2');
    };

    expect(problem({ maxBodyBytes: 99 })).toBe('webhooks[0]: not called: its body is longer than 99 bytes');
    expect(problem({ redactor: { jobSummary: fails, taskSummary: fails } })).toBe(
      'webhooks[0]: not called: its body cannot be redacted',
    );
  });
});

describe('headers', () => {
  it('are templates of the job as it is now', () => {
    const headers = { 'X-A': 'as it is', 'X-B': 'Bearer {{ s }}', 'X-C': '{{ r }}', 'X-D': '{{ boom }}' };
    const job = makeJob([{ url: URL, headers }]);
    job.context = { ...job.context, tasks: { r: 'result' } };

    const { deliveries, problems } = webhookDeliveries(job, changed(job), makeContext());

    expect(deliveries[0]?.headers).toEqual({ 'X-A': 'as it is', 'X-B': 'Bearer hunter2', 'X-C': 'result', 'X-D': '' });
    expect(problems).toEqual(['webhooks[0]: header "X-D" is empty: its template cannot be evaluated']);
  });

  it.each([
    ['X-A', 'a\r\nX-Injected: 1'],
    ['X-A', 'a\nb'],
    ['X-A', 'a\0b'],
    ['X-A\r\nX-Injected', '1'],
    ['X A', '1'],
    ['', '1'],
    ['X-Ä', '1'],
    ['Content-Length', '0'],
    ['transfer-encoding', 'chunked'],
    ['Host', 'elsewhere'],
    ['X-Tork-Delivery', 'mine'],
  ])('are left out if they break the request or are not the user’s: %j: %j', (name, value) => {
    const { headers, problems } = checkHeaders({ [name]: value, 'X-Good': 'tab\t and ünicode' });

    expect(headers).toEqual({ 'X-Good': 'tab\t and ünicode' });
    expect(problems).toHaveLength(1);
    if (value.length > 1) expect(problems[0]).not.toContain(value);
  });

  it('are rendered no further than anybody would read, and the webhook is not called', () => {
    let rendered = 0;
    const render = () => {
      rendered += 1;
      return 'x'.repeat(30_000);
    };
    const headers = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`X-${i}`, '{{ long }}']));
    const { deliveries, problems } = decide({ headers }, { expressions: { ...makeContext().expressions, render } });

    expect(deliveries).toEqual([]);
    expect(problems).toEqual(['webhooks[0]: not called: its headers are longer than 65536 characters']);
    expect(rendered).toBe(3);
  });

  it('count once, whatever the case of their names', () => {
    expect(checkHeaders({ 'content-type': 'a', 'Content-Type': 'b' }).headers).toEqual({ 'Content-Type': 'b' });
  });
});
