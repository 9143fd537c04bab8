import type { Cipher } from '../../secrets/cipher';

/** Columns of JSON, in which any text may be sealed. Those of other types are not, but for {@link SEALED_TEXTS}. */
const JSON_COLUMNS: ReadonlySet<string> = new Set([
  ...['inputs', 'document', 'context', 'body', 'request'],
  ...['limits', 'retry', 'composite'],
]);

/** Columns of text that are sealed as a whole: what a task printed, or complained about. */
export const SEALED_TEXTS = ['result', 'error'] as const;

/**
 * Fields of a document that SQL goes by, or that hold no free text: they stay readable. Everything else is sealed, be it
 * a secret or not: templates put secrets into nearly every field, and authors write them into the others.
 */
const PLAIN: ReadonlySet<string> = new Set([
  ...['id', 'jobId', 'taskId', 'nodeId', 'parentId', 'type', 'reason', 'queue', 'state', 'scheduledAt', 'event'],
  ...['timeout', 'limits', 'retry', 'probe', 'autoDelete', 'defaults'],
  ...['composite'],
]);

/** Tables whose keys are an author's: among them no key means anything. `tasks` is one where it is no list. */
const TABLES: ReadonlySet<string> = new Set(['inputs', 'secrets', 'env', 'files', 'headers', 'opts', 'tasks']);

type Map = (text: string) => string;

/** Copies of rows as they are written. Without a key only what looks sealed is told from what is, see {@link Cipher}. */
export const sealRows = (rows: readonly object[], cipher: Cipher): object[] => rows.map((row) => sealRow(row, cipher));

function sealRow(row: object, cipher: Cipher): object {
  const seal: Map = (text) => (text === '' ? text : cipher.seal(text));
  const escape: Map = (text) => cipher.escape(text);
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (JSON_COLUMNS.has(column)) return [column, sealField(column, value, seal, escape)];
      const isSealed = typeof value === 'string' && (SEALED_TEXTS as readonly string[]).includes(column);
      return [column, isSealed ? seal(value) : value];
    }),
  );
}

function sealField(key: string, value: unknown, seal: Map, escape: Map): unknown {
  if (PLAIN.has(key)) return mapTexts(value, escape);
  if (TABLES.has(key) && isTable(value)) return mapTexts(value, seal);
  if (typeof value === 'string') return seal(value);
  if (Array.isArray(value)) return value.map((item) => sealField('', item, seal, escape));
  return isTable(value) ? mapFields(value, (item, field) => sealField(field, item, seal, escape)) : value;
}

/** A copy in which `map` was applied to every text, however deep. */
export function mapTexts(value: unknown, map: Map): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  return isTable(value) ? mapFields(value, (item) => mapTexts(item, map)) : value;
}

const mapFields = (table: object, map: (item: unknown, key: string) => unknown): object =>
  Object.fromEntries(Object.entries(table).map(([key, item]) => [key, map(item, key)]));

const isTable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
