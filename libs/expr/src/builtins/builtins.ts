import { PREDICATES } from '../parser/predicates';
import type { Callable } from '../types/callable';
import { BIT_BUILTINS } from './bits';
import { CONVERSION_BUILTINS } from './conversions';
import { LIST_BUILTINS } from './lists';
import { MAP_BUILTINS } from './maps';
import { NUMBER_BUILTINS } from './numbers';
import { TEXT_BUILTINS } from './text';
import { TIME_BUILTINS } from './times';

/** All built-ins that take no closure, by name. */
export const BUILTINS: ReadonlyMap<string, Callable> = new Map(
  [TEXT_BUILTINS, NUMBER_BUILTINS, BIT_BUILTINS, LIST_BUILTINS, MAP_BUILTINS, CONVERSION_BUILTINS, TIME_BUILTINS]
    .flat()
    .map((builtin) => [builtin.name, builtin]),
);

/** Whether a name is that of a built-in, with or without a closure. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name) || PREDICATES.has(name);
}
