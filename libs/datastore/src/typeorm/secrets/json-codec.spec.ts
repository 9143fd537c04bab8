import { types } from 'pg';
import { Cipher } from '../../secrets/cipher';
import { JsonCodec } from './json-codec';

const cipher = new Cipher('key');
const codec = new JsonCodec(cipher);
const parsed = (json: string, from = codec) => from.readers.types.getTypeParser(types.builtins.JSON, 'text')(json);

/** What becomes of one row: as it is in the database, and as it is read. */
function stored(row: object, by = codec) {
  const json = by.encode([row]);
  const [inDatabase] = JSON.parse(json) as [Record<string, unknown>];
  const read = Object.fromEntries(
    Object.entries(inDatabase).map(([column, value]) => [
      column,
      typeof value === 'object' && !Array.isArray(value) ? (parsed(JSON.stringify(value), by) as unknown) : value,
    ]),
  );
  return { json, read: by.readers.open([read])[0] };
}

const work = { name: 'SECRET', run: 'SECRET', cmd: ['SECRET'], env: { id: 'SECRET' }, files: { type: 'SECRET' } };
const row = {
  id: 'id',
  state: 'RUNNING',
  name: 'shown in lists',
  tags: ['tag', 'enc:tag'],
  inputs: { type: 'SECRET' },
  document: {
    ...work,
    tasks: [{ ...work, queue: 'queue', timeout: '5s', mounts: [{ type: 'volume', opts: { id: 'SECRET' } }] }],
    registry: { username: 'SECRET', password: 'SECRET' },
    webhooks: [{ url: 'SECRET', headers: { id: 'SECRET' }, event: 'job.Progress' }],
    subjob: { id: 'sub', secrets: { id: 'SECRET' }, inputs: { id: 'SECRET' }, output: 'SECRET' },
    priority: 1,
    empty: '',
  },
  context: { job: { id: 'id', name: 'SECRET' }, secrets: { a: 'SECRET' }, tasks: { id: 'SECRET' } },
  limits: { cpus: '1' },
  result: 'SECRET',
  error: 'SECRET',
};

describe('with a key', () => {
  it('no text that may be secret is readable in the database, and all are afterwards', () => {
    const { json, read } = stored(row);

    expect(json).not.toContain('SECRET');
    for (const plain of ['"id"', 'RUNNING', 'shown in lists', 'queue', '5s', 'volume', 'job.Progress', 'cpus":"1"']) {
      expect(json).toContain(plain);
    }
    expect(read).toEqual(row);
  });

  it.each([
    ['a value', (text: string) => ({ document: { env: { A: text } } })],
    ['a field that stays readable', (text: string) => ({ document: { queue: text }, retry: { initialDelay: text } })],
    ['a column of text', (text: string) => ({ result: text, name: text })],
  ])('%s that looks encrypted comes back as it was', (_, rowOf) => {
    for (const text of ['enc:', 'enc:abc', 'enc::', cipher.seal('x')]) {
      expect(stored(rowOf(text)).read).toEqual(rowOf(text));
      expect(stored(rowOf(text), new JsonCodec(new Cipher())).read).toEqual(rowOf(text));
    }
  });

  it('times stay times', () => {
    expect(JSON.parse(codec.encode([{ createdAt: new Date(0), document: { at: new Date(0) } }]))).toEqual([
      { createdAt: '1970-01-01T00:00:00.000Z', document: { at: '1970-01-01T00:00:00.000Z' } },
    ]);
  });
});

describe('with the wrong key, or none', () => {
  it.each([new Cipher(), new Cipher('other')])(
    'readers see that a text is encrypted, writers go no further',
    (wrong) => {
      const other = new JsonCodec(wrong);
      const json = JSON.stringify({ env: { A: cipher.seal('x') }, queue: 'q' });

      expect(parsed(json, other)).toEqual({ env: { A: '[encrypted]' }, queue: 'q' });
      expect(other.readers.open([{ result: cipher.seal('x'), error: null }])).toEqual([
        { result: '[encrypted]', error: null },
      ]);
      expect(() => other.writers.open([{ error: cipher.seal('x') }])).toThrow('a key that is not configured');
    },
  );
});

it('without a key nothing is copied', () => {
  expect(new JsonCodec(new Cipher()).encode([row], 'given')).toBe('given');
});
