import { parseJobDocument, parseScheduledJobDocument } from '../parse';
import { DocumentError } from '../errors';
import { ruleError } from './validate';

/** Expressions that hold `1 +` are bad. */
const validateExpression = (text: string) => (text.includes('1 +') ? 'unexpected end' : undefined);

const job = (more: object = {}) => ({ name: 'j', tasks: [{ name: 't' }], ...more });
const withTask = (more: object) => job({ tasks: [{ name: 't', ...more }] });
const composite = (more: object) => job({ tasks: [{ name: 'c', ...more }] });
const child = { name: 'x' };

/** The rules that a document breaks, as `path rule`. */
function broken(document: object, schedule = false): string[] {
  const parse = schedule ? parseScheduledJobDocument : parseJobDocument;
  try {
    parse(JSON.stringify(document), 'json', { validateExpression });
    return [];
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    expect(error.message.split('\n')).toEqual(error.problems.map(({ message }) => message));
    return error.problems.map(({ path, rule }) => `${path} ${rule}`);
  }
}

describe('the text of a broken rule', () => {
  it('is that of Tork 0.1.153', () => {
    expect(ruleError('Job.Tasks[0].Name', 'Name', 'required')).toBe(
      "Key: 'Job.Tasks[0].Name' Error:Field validation for 'Name' failed on the 'required' tag",
    );
    expect(() => parseJobDocument('{"tasks":[{}]}', 'json', { validateExpression })).toThrow(
      new DocumentError(
        "Key: 'Job.Name' Error:Field validation for 'Name' failed on the 'required' tag\n" +
          "Key: 'Job.Tasks[0].Name' Error:Field validation for 'Name' failed on the 'required' tag",
        [],
      ),
    );
  });

  it('says more where the rule is our own', () => {
    expect(() =>
      parseJobDocument(JSON.stringify(job({ webhooks: [{ url: 'x' }] })), 'json', { validateExpression }),
    ).toThrow(
      "Key: 'Job.Webhooks[0].URL' Error:Field validation for 'URL' failed on the 'url' tag: expected an absolute http or https URL, or a template",
    );
  });

  it('comes with place, expectation and what was found, for programs', () => {
    const text = 'name: j\ntasks:\n  - ~\n  - name: t\n    timeout: 1d\n';

    expect(() => parseJobDocument(text, 'yaml', { validateExpression })).toThrow(
      expect.objectContaining({
        code: 'INVALID_DOCUMENT',
        problems: [
          {
            path: 'Job.Tasks[0].Timeout',
            line: 5,
            column: 14,
            expected: 'a duration such as 30s or 1h30m',
            found: '"1d"',
            rule: 'duration',
            message: ruleError('Job.Tasks[0].Timeout', 'Timeout', 'duration'),
          },
        ],
      }),
    );
  });
});

describe('a broken expression', () => {
  it('comes with what its compiler says', () => {
    const text = JSON.stringify({ name: 'j', tasks: [{ name: 't', if: '{{ 1 + }}' }] });

    expect(() => parseJobDocument(text, 'json', { validateExpression })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ rule: 'expr', detail: 'unexpected end' })] }),
    );
  });
});

describe('valid documents', () => {
  it.each<[string, object]>([
    ['a blank name', job({ name: ' ' })],
    ['a name of 256 wide characters', job({ name: '日'.repeat(256) })],
    ['a name of 256 characters outside the BMP', job({ name: '🚀'.repeat(256) })],
    ['the same task name twice', job({ tasks: [child, child] })],
    ['templates', withTask({ name: 'n {{ inputs.a }}', queue: '{{ inputs.q }}', var: 'v{{ item.index }}' })],
    ['empty optional texts', withTask({ queue: '', timeout: '', if: '', var: '', workdir: '' })],
    [
      'odd queue names',
      job({ tasks: ['high cpu/äö', 'X-abc', 'Jobs', ' jobs', 'jobs2'].map((queue) => ({ ...child, queue })) }),
    ],
    ['a var of 64 wide characters', withTask({ var: 'ü'.repeat(64) })],
    ['limits of any text', withTask({ limits: { cpus: 'many', memory: 'lots' } })],
    ['empty limits', withTask({ limits: {} })],
    ['any timeout of an auxiliary task', withTask({ pre: [{ ...child, timeout: 'x' }] })],
    ['a retry with back-off', withTask({ retry: { limit: 10, initialDelay: '5s', scalingFactor: 10 } })],
    ['files inside', withTask({ files: { a: '', 'a/b': '', './c': '', 'x/../d': '', '..e': '', 'f..': '' } })],
    [
      'any mount type',
      withTask({ mounts: [{ type: 'nfs' }, { type: 'tmpfs', target: '/x' }, { type: 'bind', source: '/a b=_.-' }] }),
    ],
    ['a mount near /tork', withTask({ mounts: [{ type: 'volume', target: '/tork/x' }] })],
    ['a webhook with a template for its URL', job({ webhooks: [{ url: '{{ inputs.url }}', event: 'no.such' }] })],
    [
      'composites with what has no effect',
      composite({ parallel: { tasks: [child] }, files: { a: '' }, gpus: '1', tags: ['x'], env: {}, cmd: [], run: '' }),
    ],
    ['each without concurrency', composite({ each: { list: '{{ [1] }}', task: child } })],
    [
      'each with the largest concurrency',
      composite({ each: { list: '5', task: child, concurrency: 99_999, var: 'a b' } }),
    ],
    ['a sub-job', composite({ subjob: { name: 's', tasks: [child], output: '{{ 1 }}', detached: true } })],
    ['wait', job({ wait: { timeout: '5s' } })],
    ['permissions', job({ permissions: [{ user: 'a' }, { role: 'b' }] })],
  ])('have %s', (_what, document) => {
    expect(broken(document)).toEqual([]);
  });
});

describe('rules of a job', () => {
  it.each<[string, object, string[]]>([
    ['nothing', {}, ['Job.Name required', 'Job.Tasks required']],
    ['no tasks', job({ tasks: [] }), ['Job.Tasks min']],
    ['a long name', job({ name: 'n'.repeat(257) }), ['Job.Name max']],
    ['a bad output', job({ output: '{{ 1 + }}' }), ['Job.Output expr']],
    [
      'bad defaults',
      job({ defaults: { retry: {}, timeout: '1d', queue: 'x-1', priority: 10 } }),
      [
        'Job.Defaults.Retry.Limit required',
        'Job.Defaults.Timeout duration',
        'Job.Defaults.Queue queue',
        'Job.Defaults.Priority max',
      ],
    ],
    ['a bad webhook', job({ webhooks: [{ if: '1 +' }] }), ['Job.Webhooks[0].URL required', 'Job.Webhooks[0].If expr']],
    [
      'permissions for both and for nobody',
      job({ permissions: [{ user: 'a', role: 'b' }, { user: '' }] }),
      ['Job.Permissions[0].perm roleoruser', 'Job.Permissions[1].perm roleoruser'],
    ],
    ['a bad time for deletion', job({ autoDelete: { after: 'never' } }), ['Job.AutoDelete.After duration']],
    ['a bad time to wait, before all else', { wait: { timeout: 'soon' } }, ['Job.Wait.Timeout duration']],
    ['no time to wait', job({ wait: {} }), ['Job.Wait.Timeout duration']],
  ])('%s', (_what, document, expected) => {
    expect(broken(document)).toEqual(expected);
  });

  it.each([
    'not-a-url',
    'ftp://a/x',
    'http://',
    'http://[::1',
    'http://a b/',
    'http://x:port/',
    '%zz',
    ':',
    '//a',
    'http:/a',
  ])('refuse the webhook URL %s', (url) => {
    expect(broken(job({ webhooks: [{ url }] }))).toEqual(['Job.Webhooks[0].URL url']);
  });
});

describe('rules of a scheduled job', () => {
  const scheduled = (schedule: unknown) => job({ schedule });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['ScheduledJob.Name required', 'ScheduledJob.Tasks required', 'ScheduledJob.Schedule required']],
    ['no expression', scheduled({}), ['ScheduledJob.Schedule.Cron required']],
    ['an empty expression', scheduled({ cron: '' }), ['ScheduledJob.Schedule.Cron required']],
    ['no expression but a text', scheduled({ cron: 'hello' }), ['ScheduledJob.Schedule.Cron cron']],
    ['a long expression', scheduled({ cron: `${'0,'.repeat(128)}0 * * * *` }), ['ScheduledJob.Schedule.Cron max']],
    ['a good one', scheduled({ cron: '@daily' }), []],
  ])('%s', (_what, document, expected) => {
    expect(broken(document, true)).toEqual(expected);
  });
});

describe('rules of a task', () => {
  it.each<[string, object, string[]]>([
    ['no name', { name: '' }, ['Name required']],
    [
      'no names around it',
      { pre: [{}], post: [{}], sidecars: [{}] },
      ['Pre[0].Name required', 'Post[0].Name required', 'Sidecars[0].Name required'],
    ],
    [
      'a bad probe',
      { sidecars: [{ name: 's', probe: { timeout: '1d' } }] },
      ['Sidecars[0].Probe.Path required', 'Sidecars[0].Probe.Port required', 'Sidecars[0].Probe.Timeout duration'],
    ],
    [
      'a port out of range',
      { sidecars: [{ name: 's', probe: { path: '/', port: 65_536 } }] },
      ['Sidecars[0].Probe.Port max'],
    ],
    ['long texts', { var: 'v'.repeat(65), workdir: 'w'.repeat(257) }, ['Var max', 'Workdir max']],
    ['a long queue', { queue: 'ü'.repeat(128) }, ['Queue queue']],
    ['no retries', { retry: { limit: 0 } }, ['Retry.Limit required']],
    ['negative retries', { retry: { limit: -1 } }, ['Retry.Limit min']],
    [
      'a bad back-off',
      { retry: { limit: 1, initialDelay: 'x', scalingFactor: 11 } },
      ['Retry.InitialDelay duration', 'Retry.ScalingFactor max'],
    ],
    ['priorities out of range', { priority: -1 }, ['Priority min']],
    ['a bad condition', { if: '{{ 1 + }}' }, ['If expr']],
  ])('%s', (_what, more, expected) => {
    expect(broken(withTask(more))).toEqual(expected.map((line) => `Job.Tasks[0].${line}`));
  });

  it.each([
    'pending',
    'started',
    'completed',
    'error',
    'heartbeat',
    'jobs',
    'logs',
    'progress',
    'redeliveries',
    'x-',
    'x-abc',
  ])('the queue %s is not for tasks', (queue) => {
    expect(broken(withTask({ queue }))).toEqual(['Job.Tasks[0].Queue queue']);
  });

  it.each(['', '/a', '..', '../a', 'a/../..', 'a/../../b', '.', 'a/', 'a/.', 'a/..', 'a/b/..'])(
    '%j is no name for a file',
    (name) => {
      expect(broken(withTask({ files: { good: '', [name]: '' } }))).toEqual([`Job.Tasks[0].Files[${name}] filename`]);
    },
  );

  it.each<[object, string]>([
    [{}, 'typerequired'],
    [{ target: '/x' }, 'typerequired'],
    [{ type: 'volume', source: 'a', target: '/x' }, 'sourcenotempty'],
    [{ type: 'volume' }, 'targetrequired'],
    [{ type: 'bind', target: '/x' }, 'sourcerequired'],
    [{ type: 'bind', source: '/a:b', target: '/x' }, 'invalidsource'],
    [{ type: 'bind', source: '/a', target: '/ü' }, 'invalidtarget'],
    [{ type: 'nfs', source: 'a\nb' }, 'invalidsource'],
    [{ type: 'volume', target: '/tork' }, 'invalidtarget'],
  ])('the mount %j breaks %s', (mount, rule) => {
    expect(broken(withTask({ mounts: [mount] }))).toEqual([`Job.Tasks[0].Mounts[0].mount ${rule}`]);
  });
});

describe('rules of composites', () => {
  const parallel = { tasks: [child] };
  const each = { list: '{{ [1] }}', task: child };
  const subjob = { name: 's', tasks: [child] };

  it.each<[string, object, string[]]>([
    ['parallel without tasks', { parallel: {} }, ['Parallel.Tasks required']],
    ['parallel of nothing', { parallel: { tasks: [] } }, ['Parallel.Tasks min']],
    [
      'a bad child',
      { parallel: { tasks: [{ ...child, retry: { limit: 11 }, timeout: '1d' }] } },
      ['Parallel.Tasks[0].Retry.Limit max', 'Parallel.Tasks[0].Timeout duration'],
    ],
    ['an empty each', { each: {} }, ['Each.List required', 'Each.Task.Name required']],
    ['a bad list', { each: { ...each, list: '{{ 1 + }}' } }, ['Each.List expr']],
    ['too much at a time', { each: { ...each, concurrency: 100_000 } }, ['Each.Concurrency max']],
    ['less than nothing at a time', { each: { ...each, concurrency: -1 } }, ['Each.Concurrency min']],
    ['an empty sub-job', { subjob: {} }, ['SubJob.Name required', 'SubJob.Tasks required']],
    [
      'a bad sub-job',
      { subjob: { ...subjob, tasks: [{}], output: '1 +', webhooks: [{}] } },
      ['SubJob.Tasks[0].Name required', 'SubJob.Output expr', 'SubJob.Webhooks[0].URL required'],
    ],
    [
      'deep inside',
      { parallel: { tasks: [{ name: 'p', each: { list: 'x', task: { run: 'x' } } }] } },
      ['Parallel.Tasks[0].Each.Task.Name required'],
    ],
    ['parallel and each', { parallel, each }, ['each paralleloreach', 'parallel paralleloreach']],
    ['parallel and sub-job', { parallel, subjob }, ['subjob parallelorsubjob', 'parallel parallelorsubjob']],
    ['each and sub-job', { each, subjob }, ['subjob eachorsubjob', 'each eachorsubjob']],
    [
      'all that a composite must not have',
      {
        parallel,
        image: 'i',
        cmd: ['c'],
        entrypoint: ['e'],
        run: 'r',
        env: { A: '' },
        queue: 'q',
        pre: [child],
        post: [child],
        mounts: [{ type: 'nfs' }],
        retry: { limit: 1 },
        limits: {},
        timeout: '1s',
      },
      ['image', 'cmd', 'entrypoint', 'run', 'env', 'queue', 'pre', 'post', 'mounts', 'retry', 'limits', 'timeout'].map(
        (field) => `${field} invalidcompositetask`,
      ),
    ],
  ])('%s', (_what, more, expected) => {
    expect(broken(composite(more))).toEqual(expected.map((line) => `Job.Tasks[0].${line}`));
  });
});
