import { shorten } from '../text/quote';

/** Fields whose name in messages is not their name with a capital letter. */
const IRREGULAR: Readonly<Record<string, string>> = {
  cmd: 'CMD',
  cpus: 'CPUs',
  gpus: 'GPUs',
  id: 'ID',
  subjob: 'SubJob',
  url: 'URL',
};

/** The name of a field in messages: `name` is `Name`, `autoDelete` is `AutoDelete`, `cmd` is `CMD`. */
export const fieldLabel = (field: string): string =>
  Object.hasOwn(IRREGULAR, field) ? (IRREGULAR[field] ?? field) : field.charAt(0).toUpperCase() + field.slice(1);

/** A place in a document, kept as a chain and made a text only when a message needs it. */
export interface Path {
  parent?: Path;
  /** The label of a field, or of the document at the root. */
  field?: string;
  /** The key in a map or the position in a list. */
  element?: string | number;
}

/** `Job.Tasks[0].Env[PATH]` */
export const pathText = (path: Path): string => segments(path).join('.');

/** The end of the text: `Name`; for an element with the field that it is in, `Env[PATH]`. */
export const lastSegment = (path: Path): string => segments(path).at(-1) ?? '';

function segments(path: Path): string[] {
  const chain: Path[] = [];
  for (let at: Path | undefined = path; at; at = at.parent) chain.push(at);
  const texts: string[] = [];
  for (const { field, element } of chain.reverse()) {
    if (element === undefined) texts.push(field ?? '');
    else texts.push(`${texts.pop() ?? ''}[${typeof element === 'number' ? element : escaped(element)}]`);
  }
  return texts;
}

/** A key on one line, cut when it is long. */
const escaped = (key: string): string => JSON.stringify(shorten(key)).slice(1, -1);
