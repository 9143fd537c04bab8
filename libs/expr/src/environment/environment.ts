import type { LangFunction } from '../values/lang-function';
import { StringMap } from '../values/maps';
import type { Value, ValueMap } from '../values/value';
import { functionType, type Type } from '../types/type';
import { contextError, fromHost, type ContextError, type Refusal } from './convert';
import { typeOfHost } from './host-type';

/**
 * The names that an expression sees. Values of the host: null and undefined (nil), booleans, strings, bigints, numbers
 * (those without fraction are ints, see `float`), arrays, plain objects and Maps (maps), Dates, values of the language
 * from an earlier evaluation, and what `stringMap`, `record`, `float` and `defineFunction` make.
 */
export type ExpressionContext = Readonly<Record<string, unknown>>;

/**
 * A context made ready for expressions. Values are converted when an expression first asks for them, and once: make one
 * Environment for several evaluations with the same context, and do not change the context under it.
 */
export class Environment {
  /** Values that were asked for. Made with the first, because many templates need none. */
  private values?: Map<string, Value>;
  private all?: ValueMap;

  constructor(
    private readonly context: ExpressionContext,
    /** What is there besides the context, which hides it. */
    private readonly functions: ReadonlyMap<string, LangFunction>,
  ) {}

  /** The static type of a name, or undefined if there is no such name. */
  typeOf(name: string): Type | undefined {
    if (Object.hasOwn(this.context, name)) return typeOfHost(this.context[name]);
    const own = this.functions.get(name);
    return own && functionType(own.callable);
  }

  /** The value of a name; nil if there is no such name. */
  valueOf(name: string): Value {
    const known = this.values?.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.context, name)) return this.functions.get(name) ?? null;
    const given = this.context[name];
    if (given instanceof StringMap || typeof given === 'string') return given; // the most frequent by far
    const value = fromHost(given);
    (this.values ??= new Map()).set(name, value);
    return value;
  }

  /** What to tell the host about a value of its context that is none of the language. */
  errorOf(refusal: Refusal): ContextError {
    return contextError(this.context, refusal);
  }

  /** All names with their values: `$env`. */
  asMap(): ValueMap {
    if (this.all) return this.all;
    const names = new Set([...Object.keys(this.context), ...this.functions.keys()]);
    return (this.all = new Map(Array.from(names, (name) => [name, this.valueOf(name)])));
  }
}
