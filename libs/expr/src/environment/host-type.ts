import { Float, Byte } from '../values/boxes';
import { LangFunction } from '../values/lang-function';
import { GeneralMap, StringMap } from '../values/maps';
import {
  BOOL,
  DURATION,
  FLOAT,
  functionType,
  GENERAL_MAP,
  INT,
  LIST,
  LOCATION,
  MAP,
  MONTH,
  NIL,
  recordOf,
  STRING,
  STRING_MAP,
  TIME,
  UNKNOWN,
  WEEKDAY,
  type Type,
} from '../types/type';
import { Duration } from '../time/duration';
import { Location } from '../time/location';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';
import { HostRecord } from './record';

/** The static type of a value as the host gave it, without a look at what is inside. */
export function typeOfHost(value: unknown): Type {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'boolean':
      return BOOL;
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? INT : FLOAT;
    case 'bigint':
      return INT;
    case 'object':
      return value === null ? NIL : typeOfObject(value);
    default:
      return NIL;
  }
}

function typeOfObject(value: object): Type {
  if (value instanceof StringMap) return STRING_MAP;
  if (Array.isArray(value)) return LIST;
  if (value instanceof HostRecord) return typeOfRecord(value);
  if (value instanceof GeneralMap) return GENERAL_MAP;
  if (value instanceof Float) return FLOAT;
  if (value instanceof LangFunction) return functionType(value.callable);
  if (value instanceof Time || value instanceof Date) return TIME;
  if (value instanceof Duration) return DURATION;
  if (value instanceof Location) return LOCATION;
  if (value instanceof Month) return MONTH;
  if (value instanceof Weekday) return WEEKDAY;
  return value instanceof Byte ? UNKNOWN : MAP;
}

function typeOfRecord(record: HostRecord): Type {
  if (record.type) return record.type;
  const types = new Map<string, Type>();
  for (const [name, value] of Object.entries(record.members)) {
    const type = typeOfHost(value);
    types.set(name, type === NIL ? UNKNOWN : type); // a member without value now may have one next time
  }
  return (record.type = recordOf(types));
}
