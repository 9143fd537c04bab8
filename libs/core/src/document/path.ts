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

/** A key of a map or a position in a list, as it follows the name of its field: `Env[PATH]`, `Tasks[0]`. */
export const elementLabel = (key: string | number): string =>
  `[${typeof key === 'number' ? key : JSON.stringify(shorten(key)).slice(1, -1)}]`;

/** A place in a document, kept as a chain and made a text only when a message needs it. */
export interface Path {
  parent?: Path;
  /** A field's label, or an element's in brackets. */
  label: string;
}

/** `Job.Tasks[0].Name` */
export function pathText(path: Path): string {
  const labels: string[] = [];
  for (let at: Path | undefined = path; at; at = at.parent) labels.push(at.label);
  return labels.reverse().reduce((text, label) => (label.startsWith('[') ? text + label : `${text}.${label}`));
}
