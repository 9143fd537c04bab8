import { isTable } from '../schema/known-part';

/** Tables put over one another, with the origin of every value. */
export class LayeredValues {
  readonly root: Record<string, unknown> = Object.create(null);
  private readonly origins = new Map<string, string>();

  /** Puts a value at a path; a table is merged key by key. */
  add(path: readonly string[], value: unknown, origin: string): void {
    if (isTable(value)) {
      for (const [name, child] of Object.entries(value)) this.add([...path, name], child, origin);
      // An empty table has nothing to merge, but is something where a text or a number belongs.
      if (path.length === 0 || Object.keys(value).length > 0) return;
    }
    let table = this.root;
    for (const name of path.slice(0, -1)) {
      const child = table[name];
      table = table[name] = isTable(child) ? child : Object.create(null);
    }
    const last = path.at(-1) ?? '';
    if (isTable(value) && isTable(table[last])) return;
    table[last] = value;
    this.origins.set(path.join('\0'), origin);
  }

  /** Where the value at a path comes from, or the nearest one around it. */
  originOf(path: readonly string[]): string | undefined {
    for (let length = path.length; length > 0; length--) {
      const origin = this.origins.get(path.slice(0, length).join('\0'));
      if (origin) return origin;
    }
    return undefined;
  }

  at(path: readonly string[]): unknown {
    return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], this.root);
  }
}
