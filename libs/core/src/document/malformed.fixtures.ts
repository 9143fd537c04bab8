import type { DocumentFormat } from './parse';

/** A body that no route accepts, and the beginning of what it is answered with. */
export interface MalformedDocument {
  what: string;
  format: DocumentFormat;
  /** What the body is posted as. Default: a job. */
  kind?: 'job' | 'scheduledJob';
  body: string | Uint8Array;
  message: string;
}

const rule = (path: string, name: string): string =>
  `Key: '${path}' Error:Field validation for '${path.split('.').at(-1)}' failed on the '${name}' tag`;

const json = (what: string, body: string | Uint8Array, message: string): MalformedDocument => ({
  what,
  format: 'json',
  body,
  message,
});
const yaml = (what: string, body: string | Uint8Array, message: string): MalformedDocument => ({
  what,
  format: 'yaml',
  body,
  message,
});

const task = (more: object = {}) => ({ name: 'x', run: 'true', ...more });
const job = (more: object = {}) => JSON.stringify({ name: 'j', tasks: [task()], ...more });
const jobOf = (more: object) => job({ tasks: [task(more)] });
const YAML_TASKS = 'tasks:\n  - name: x\n    run: "true"\n';
const UNMARSHAL = 'yaml: unmarshal errors:\n  ';

const syntax: MalformedDocument[] = [
  json('an empty body', '', 'EOF'),
  json('blanks', ' \n\t ', 'EOF'),
  json('an array', '[]', 'json: cannot unmarshal array'),
  json('a text', '"name: x"', 'json: cannot unmarshal string'),
  json('a number', '42', 'json: cannot unmarshal number'),
  json('a document that is cut off', '{"name":"x","tasks":[', 'unexpected EOF'),
  json('a trailing comma', '{"name":"x",}', "invalid character '}' looking for beginning of object key string"),
  json('single quotes', "{'name':'x'}", "invalid character '\\'' looking for beginning of object key string"),
  json('a comment', '{"name":"x" /* c */}', "invalid character '/' after object key:value pair"),
  json('a control character', '{"name":"a\u0001b"}', "invalid character '\\x01' in string literal"),
  json('a byte order mark', `\ufeff${job()}`, "invalid character '\\ufeff'"),
  json('an unknown escape', '{"name":"\\x41"}', "invalid character 'x' in string escape code"),
  json('YAML', `name: y\n${YAML_TASKS}`, "invalid character 'a' in literal null (expecting 'u')"),
  json('100,000 brackets', '['.repeat(100_000), 'exceeded max depth'),
  json('100,000 braces', '{"a":'.repeat(100_000), 'exceeded max depth'),
  yaml('an empty body', '', 'EOF'),
  yaml('comments only', '# nothing\n', 'EOF'),
  yaml('a mapping in a value', 'name: a: b', 'yaml: line 1: '),
  yaml('a tab as indentation', 'tasks:\n\t- name: x', 'yaml: line 2: '),
  yaml('a quote that is not closed', 'name: "x', 'yaml: line 1: '),
  yaml('a reserved character', 'name: @x', 'yaml: line 1: '),
  yaml('a bracket too much', 'name: x\n]', 'yaml: line 2: '),
  yaml('an unknown alias', 'name: *nope', 'yaml: line 1: unknown anchor referenced'),
  yaml('an alias in its own anchor', 'tags: &t [*t]', 'yaml: line 1: anchor "t" value contains itself'),
  yaml(
    'another version of YAML',
    `%YAML 2.0\n---\nname: y\n${YAML_TASKS}`,
    'yaml: line 1: found incompatible YAML document',
  ),
  yaml('a control character', 'name: a\u0007b', 'yaml: line 1: control characters are not allowed'),
  yaml('bytes that are no UTF-8', Uint8Array.from([0x6e, 0x3a, 0x0a, 0xff, 0xfe]), 'yaml: line 2: invalid UTF-8'),
  yaml('100,000 brackets', '['.repeat(100_000), 'yaml: line 1: exceeded max depth'),
  yaml('100,000 dashes', '- '.repeat(100_000), 'yaml: line 1: exceeded max depth'),
  yaml('aliases of aliases', aliasBomb(), 'yaml: line 8: document contains excessive aliasing'),
  yaml('bad base64', 'name: !!binary "???"', 'yaml: line 1: !!binary value contains invalid base64 data'),
  yaml('a merge of a scalar', `name: y\n<<: 5\n${YAML_TASKS}`, 'yaml: line 2: map merge requires map'),
];

const keysAndTypes: MalformedDocument[] = [
  json('an unknown key', job({ nope: 1 }), 'json: unknown field "nope"'),
  json('an unknown key of a task', jobOf({ nope: 1 }), 'json: unknown field "nope"'),
  json('a field of answers', job({ state: null }), 'json: unknown field "state"'),
  json('a key named as the prototype', '{"__proto__":{"name":"x"}}', 'json: unknown field "__proto__"'),
  json('a key named constructor', job({ constructor: {} }), 'json: unknown field "constructor"'),
  json('a number for a text', job({ description: 1 }), 'json: cannot unmarshal number'),
  json('a number in the environment', jobOf({ env: { PORT: 8080 } }), 'json: cannot unmarshal number'),
  json(
    'a fraction for an integer',
    `{"name":"j","tasks":[{"name":"x","priority":1.0}]}`,
    'json: cannot unmarshal number 1.0',
  ),
  json('an object for a list', job({ tasks: {} }), 'json: cannot unmarshal object'),
  json('a NUL character', job({ inputs: { a: 'x\0y' } }), 'json: NUL characters cannot be stored'),
  yaml(
    'an unknown key',
    `name: y\nnope: 1\n${YAML_TASKS}`,
    `${UNMARSHAL}line 2: field nope not found in type input.Job`,
  ),
  yaml('a key in another case', `Name: y\n${YAML_TASKS}`, `${UNMARSHAL}line 1: field Name not found in type input.Job`),
  yaml('a null key', `name: y\n~: 1\n${YAML_TASKS}`, `${UNMARSHAL}line 2: cannot unmarshal !!null`),
  yaml(
    'a key twice',
    `name: y\nname: z\n${YAML_TASKS}`,
    `${UNMARSHAL}line 2: mapping key "name" already defined at line 1`,
  ),
  yaml('a list for a text', `name: [y]\n${YAML_TASKS}`, `${UNMARSHAL}line 1: cannot unmarshal !!seq into string`),
  yaml(
    'a template without quotes',
    `name: {{ x }}\n${YAML_TASKS}`,
    `${UNMARSHAL}line 1: cannot unmarshal !!map into string`,
  ),
  yaml(
    'a text for a list',
    `name: y\ntags: a, b\n${YAML_TASKS}`,
    `${UNMARSHAL}line 2: cannot unmarshal !!str into list of strings`,
  ),
  yaml(
    'a word for an integer',
    `name: y\ntasks:\n  - name: x\n    priority: high\n`,
    `${UNMARSHAL}line 4: cannot unmarshal !!str \`high\` into int`,
  ),
  yaml('a NUL character', `name: "a\\0b"\n${YAML_TASKS}`, `${UNMARSHAL}line 1: NUL characters cannot be stored`),
];

const rules: MalformedDocument[] = [
  json('nothing', 'null', rule('Job.Name', 'required')),
  json('an empty list of tasks', job({ tasks: [] }), rule('Job.Tasks', 'min')),
  json('a task without name', job({ tasks: [{ run: 'true' }] }), rule('Job.Tasks[0].Name', 'required')),
  json('a name that is too long', job({ name: 'n'.repeat(257) }), rule('Job.Name', 'max')),
  json('a queue of Tork’s own', jobOf({ queue: 'jobs' }), rule('Job.Tasks[0].Queue', 'queue')),
  json('a private queue', jobOf({ queue: 'x-1' }), rule('Job.Tasks[0].Queue', 'queue')),
  json('days in a duration', jobOf({ timeout: '1d' }), rule('Job.Tasks[0].Timeout', 'duration')),
  json('a retry without limit', jobOf({ retry: {} }), rule('Job.Tasks[0].Retry.Limit', 'required')),
  json('too many retries', jobOf({ retry: { limit: 11 } }), rule('Job.Tasks[0].Retry.Limit', 'max')),
  json('a priority out of range', jobOf({ priority: 10 }), rule('Job.Tasks[0].Priority', 'max')),
  json('a mount without type', jobOf({ mounts: [{}] }), rule('Job.Tasks[0].Mounts[0].mount', 'typerequired')),
  json('a file outside', jobOf({ files: { '../x': '' } }), `Key: 'Job.Tasks[0].Files[../x]'`),
  json(
    'a composite that runs something',
    jobOf({ parallel: { tasks: [task()] } }),
    rule('Job.Tasks[0].run', 'invalidcompositetask'),
  ),
  json(
    'an empty sub-job',
    job({ tasks: [{ name: 's', subjob: { name: 'i', tasks: [] } }] }),
    rule('Job.Tasks[0].SubJob.Tasks', 'min'),
  ),
  json('a permission for nobody', job({ permissions: [{}] }), rule('Job.Permissions[0].perm', 'roleoruser')),
  json('a webhook URL that is none', job({ webhooks: [{ url: 'http://[::1' }] }), rule('Job.Webhooks[0].URL', 'url')),
  json('a time to wait that is none', job({ wait: { timeout: 'soon' } }), 'time: invalid duration "soon"'),
  { ...json('no schedule', job(), rule('ScheduledJob.Schedule', 'required')), kind: 'scheduledJob' },
  {
    ...json(
      'a cron expression out of range',
      job({ schedule: { cron: '61 * * * *' } }),
      rule('ScheduledJob.Schedule.Cron', 'cron'),
    ),
    kind: 'scheduledJob',
  },
  {
    ...json('a schedule that waits', job({ wait: { timeout: '1s' } }), 'json: unknown field "wait"'),
    kind: 'scheduledJob',
  },
];

/** Bad documents of every sort: syntax, keys and types, rules. None holds an expression, so that the check of those does not matter. */
export const MALFORMED_DOCUMENTS: readonly MalformedDocument[] = [...syntax, ...keysAndTypes, ...rules];

/** Nine lines that stand for nine to the power of nine values. */
function aliasBomb(): string {
  const lines = Array.from({ length: 9 }, (_, n) => {
    const items = Array(9).fill(n === 0 ? 'lol' : `*b${n - 1}`);
    return `  - &b${n} [${items.join(', ')}]`;
  });
  return `name: bomb\ntags:\n${lines.join('\n')}\n${YAML_TASKS}`;
}
