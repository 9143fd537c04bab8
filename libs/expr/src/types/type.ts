import type { Callable } from './callable';

/** The kinds of static types; they are also their names in messages. */
export type Kind =
  | 'unknown'
  | 'nil'
  | 'bool'
  | 'int'
  | 'float'
  | 'string'
  | 'list'
  | 'map'
  | 'string map'
  | 'general map'
  | 'record'
  | 'time'
  | 'duration'
  | 'location'
  | 'month'
  | 'weekday'
  | 'function';

/**
 * What is known of a value before the run. Types are interned: two types are the same if they are the same object.
 * `unknown` fits everything and leaves the check to the run.
 */
export interface Type {
  readonly kind: Kind;
  /** Type of the items of a list, of the values of a map; unknown for all other types. */
  readonly item: Type;
  /** Members of a record; naming another one is an error. */
  readonly members?: ReadonlyMap<string, Type>;
  /** What a function takes and returns. */
  readonly callable?: Callable;
}

class InternedType implements Type {
  readonly item: Type;

  constructor(
    readonly kind: Kind,
    item?: Type,
    readonly members?: ReadonlyMap<string, Type>,
    readonly callable?: Callable,
  ) {
    this.item = item ?? this;
  }
}

export const UNKNOWN: Type = new InternedType('unknown');
export const NIL = simple('nil');
export const BOOL = simple('bool');
export const INT = simple('int');
export const FLOAT = simple('float');
export const STRING = simple('string');
export const MAP = simple('map');
export const STRING_MAP: Type = new InternedType('string map', STRING);
export const TIME = simple('time');
export const DURATION = simple('duration');
export const LOCATION = simple('location');
export const MONTH = simple('month');
export const WEEKDAY = simple('weekday');

/** The list of items of a type. */
export const listOf = interned('list');

/** The map with keys of any scalar type and values of one type. */
export const generalMapOf = interned('general map');

export const LIST = listOf(UNKNOWN);
export const GENERAL_MAP = generalMapOf(UNKNOWN);

function simple(kind: Kind): Type {
  return new InternedType(kind, UNKNOWN);
}

function interned(kind: Kind): (item: Type) => Type {
  const known = new WeakMap<Type, Type>();
  return (item) => {
    let type = known.get(item);
    if (!type) known.set(item, (type = new InternedType(kind, item)));
    return type;
  };
}

const functionTypes = new WeakMap<Callable, Type>();

/** The type of a function; functions are of the same type only if they are the same. */
export function functionType(callable: Callable): Type {
  let type = functionTypes.get(callable);
  if (!type) functionTypes.set(callable, (type = new InternedType('function', UNKNOWN, undefined, callable)));
  return type;
}

/** Shapes of records that were seen. A host has a handful; the bound is for one that makes them up. */
const recordTypes = new Map<string, Type>();
const MAX_RECORD_TYPES = 1000;
const typeIds = new WeakMap<Type, number>();
let lastTypeId = 0;

/** The type of a record with the given members. */
export function recordOf(members: ReadonlyMap<string, Type>): Type {
  const shape = JSON.stringify(Array.from(members, ([name, type]) => [name, typeId(type)]));
  let type = recordTypes.get(shape);
  if (!type) {
    if (recordTypes.size >= MAX_RECORD_TYPES) recordTypes.clear();
    recordTypes.set(shape, (type = new InternedType('record', UNKNOWN, members)));
  }
  return type;
}

function typeId(type: Type): number {
  let id = typeIds.get(type);
  if (id === undefined) typeIds.set(type, (id = ++lastTypeId));
  return id;
}

export function isNumeric(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float';
}

export function isMapKind(type: Type): boolean {
  return type.kind === 'map' || type.kind === 'string map' || type.kind === 'general map' || type.kind === 'record';
}

/** Whether `==` may compare the two: the same type, two numbers, two lists, or one that is nil or unknown. */
export function areComparable(a: Type, b: Type): boolean {
  if (a === b || a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'nil' || b.kind === 'nil') return true;
  return (isNumeric(a) && isNumeric(b)) || (a.kind === 'list' && b.kind === 'list');
}

/** The type of a value that comes from either of two branches. */
export function unite(a: Type, b: Type): Type {
  if (a === b || b.kind === 'nil') return a;
  if (a.kind === 'nil') return b;
  return a.kind === 'list' && b.kind === 'list' ? LIST : UNKNOWN;
}
