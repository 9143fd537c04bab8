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

/**
 * A plain object of the host as a map. Members become values when they are asked for, because contexts can be large and
 * expressions look at little of them; only own properties are ever looked at.
 */
export class HostMap {
  /** The last member that was an object itself, and its value: most are asked for one. */
  private lastKey?: string;
  private lastValue: Value = null;
  /** The others that were, so that each is converted once. */
  private converted?: Map<string, Value>;

  constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    private readonly convert: (member: unknown) => Value,
  ) {}

  get size(): number {
    return this.keys().length;
  }

  get(key: string): Value | undefined {
    if (key === this.lastKey) return this.lastValue;
    const known = this.converted?.get(key);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.members, key)) return undefined;
    const value = this.convert(this.members[key]);
    if (typeof value === 'object' && value !== null) this.keep(key, value);
    return value;
  }

  private keep(key: string, value: Value): void {
    if (this.lastKey !== undefined) (this.converted ??= new Map()).set(this.lastKey, this.lastValue);
    this.lastKey = key;
    this.lastValue = value;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.members, key);
  }

  keys(): string[] {
    return Object.keys(this.members);
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
