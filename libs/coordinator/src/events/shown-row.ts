/**
 * A row as middleware is shown it: as it is about to be. Every task of every job is shown several times, so it is copied
 * once, and compared with what it was made of.
 */
export class ShownRow<T extends object> {
  readonly value: T;

  constructor(
    private readonly row: T,
    private readonly patch: Partial<T> = {},
  ) {
    this.value = { ...row };
    for (const key in patch) this.value[key] = patch[key] as T[typeof key];
  }

  /** What is not the same any more, or is gone; `undefined` when nothing is. To be asked while the row is as it was. */
  changed(fixed: ReadonlySet<string>): Partial<T> | undefined {
    const { patch, row, value } = this;
    let changed: Partial<T> | undefined;
    const compare = (key: keyof T & string) => {
      if (value[key] === (key in patch ? patch[key] : row[key]) || fixed.has(key)) return;
      changed ??= {} as Partial<T>;
      changed[key] = value[key];
    };
    for (const key in value) compare(key);
    for (const key in row) if (!(key in value)) compare(key);
    for (const key in patch) if (!(key in value)) compare(key);
    return changed;
  }

  /** Shows what has become of the row. */
  refresh(): void {
    const { row, value } = this;
    for (const key in row) if (value[key] !== row[key]) value[key] = row[key];
  }
}
