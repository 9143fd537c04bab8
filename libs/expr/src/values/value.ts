import type { Byte, Float } from './boxes';
import type { LangFunction } from './lang-function';
import type { GeneralMap, HostMap, StringMap } from './maps';
import type { Duration } from '../time/duration';
import type { Location } from '../time/location';
import type { Month, Weekday } from '../time/month';
import type { Time } from '../time/time';

/** A 64-bit int. Safe integers are numbers, everything beyond is a bigint, never the other way round; `-0` is `0`. */
export type Int = number | bigint;

export type List = readonly Value[];

/** A map with text keys: a JavaScript Map, or an object of the host behind the same methods. */
export type ValueMap = ReadonlyMap<string, Value> | HostMap;

/** A map of any kind. */
export type AnyMap = ValueMap | StringMap | GeneralMap;

/** A value of the language; `nil` is `null`. */
export type Value =
  | null
  | boolean
  | string
  | Int
  | Float
  | Byte
  | List
  | ValueMap
  | StringMap
  | GeneralMap
  | Time
  | Duration
  | Location
  | Month
  | Weekday
  | LangFunction;
