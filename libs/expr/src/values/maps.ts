import { fail } from '../errors/failure';
import type { Value } from './value';

/**
 * A map whose values are all strings, and whose missing keys read as `""`: inputs, secrets, results of tasks. Wraps the
 * object of the host, because one is made for every task of every job; only its own properties are ever looked at.
 */
export class StringMap {
  /** There is no such map at all: it equals nil and behaves like an empty one otherwise. */
  readonly absent: boolean;
  private readonly entries: Readonly<Record<string, string>>;

  constructor(entries: Readonly<Record<string, string>> | undefined) {
    this.absent = entries === undefined;
    this.entries = entries ?? {};
  }

  get size(): number {
    return this.keys().length;
  }

  /** The value of a key, or undefined; the language reads a missing one as `""`. */
  get(key: string): string | undefined {
    if (!Object.hasOwn(this.entries, key)) return undefined;
    const value: unknown = this.entries[key];
    return typeof value === 'string' ? value : fail('a string map holds a value that is no string');
  }

  has(key: string): boolean {
    return Object.hasOwn(this.entries, key);
  }

  keys(): string[] {
    return Object.keys(this.entries);
  }
}

/** A key as JavaScript's Map can compare it: by type and value. */
type Identity = string | number | bigint | boolean | null;

/** A map with keys of any scalar type, made by `groupBy` and `fromPairs`: `1`, `1.0`, `"1"` and `true` are four keys. */
export class GeneralMap {
  private readonly entries = new Map<Identity, readonly [key: Value, value: Value]>();

  /** `missing` is what a key that is not there reads as. */
  constructor(readonly missing: Value) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value {
    const entry = this.entries.get(identityOf(key));
    return entry ? entry[1] : this.missing;
  }

  has(key: Value): boolean {
    return this.entries.has(identityOf(key));
  }

  set(key: Value, value: Value): void {
    this.entries.set(identityOf(key), [key, value]);
  }

  *keys(): IterableIterator<Value> {
    for (const [key] of this.entries.values()) yield key;
  }
}

/** Texts get a prefix, so that they stay apart from the scalars that are written as text. */
function identityOf(key: Value): Identity {
  if (typeof key === 'string') return `string ${key}`;
  if (key === null || typeof key !== 'object') return key;
  return 'identity' in key ? key.identity : fail('lists, maps and functions cannot be keys of a map');
}
