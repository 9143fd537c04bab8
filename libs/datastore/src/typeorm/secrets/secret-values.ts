/** Maps whose every text may be a secret or hold one, wherever they are in a document. */
const SECRET_MAPS: ReadonlySet<string> = new Set(['secrets', 'env', 'headers']);
/** Lists of texts that templates put secrets into. */
const SECRET_LISTS: ReadonlySet<string> = new Set(['cmd']);

/**
 * A copy of a JSON value in which `map` was applied to each text that may hold a secret: values of `secrets`, `env` and
 * webhook `headers`, words of `cmd`, passwords of registries. Names stay readable.
 */
export function mapSecrets(value: unknown, map: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapSecrets(item, map));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (SECRET_MAPS.has(key) && isObject(item)) return [key, mapTexts(item, map)];
      if (SECRET_LISTS.has(key) && Array.isArray(item)) return [key, item.map((text) => mapText(text, map))];
      if (key === 'registry' && isObject(item)) return [key, { ...item, ...mapTexts(pick(item, 'password'), map) }];
      return [key, mapSecrets(item, map)];
    }),
  );
}

const mapTexts = (texts: object, map: (text: string) => string): object =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, mapText(text, map)]));

const mapText = (text: unknown, map: (text: string) => string): unknown =>
  typeof text === 'string' ? map(text) : text;

const pick = (object: object, key: string): object => (key in object ? { [key]: object[key as never] } : {});

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
