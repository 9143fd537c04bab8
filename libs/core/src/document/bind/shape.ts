import { z } from 'zod';
import { fieldLabel } from '../path';

/**
 * A schema as the binder and the validator walk it. The rules in it are those of the schema; what is left out is what
 * zod would do besides: check types that the binder has made sure of, copy the document, and describe a million issues
 * where a hundred are wanted.
 */
export type Shape = TextShape | IntegerShape | BooleanShape | ListShape | MapShape | ObjectShape;

export type RawIssue = z.core.$ZodRawIssue;

interface Ruled {
  /** What a value breaks of the schema's own rules, not of those of its parts; absent if it has none. */
  rules?: (value: unknown) => readonly RawIssue[];
}
export interface TextShape extends Ruled {
  type: 'text';
}
export interface IntegerShape extends Ruled {
  type: 'integer';
}
export interface BooleanShape extends Ruled {
  type: 'boolean';
}
export interface ListShape extends Ruled {
  type: 'list';
  item: Shape;
}
/** Text by keys that the author chooses. */
export interface MapShape extends Ruled {
  type: 'map';
}
export interface ObjectShape extends Ruled {
  type: 'object';
  /** `Task`, `SubJob` … */
  name: string;
  fields: ReadonlyMap<string, Field>;
  /** Keys that it does not have are passed over. */
  open?: boolean;
}
export interface Field {
  name: string;
  label: string;
  shape: Shape;
  /** `assumed`: a missing object is validated as an empty one, so that the messages name what it lacks. */
  presence: 'optional' | 'required' | 'assumed';
  /** Accepted in a document, but has no effect and is not kept. */
  ignored: boolean;
}

const known = new WeakMap<z.core.$ZodType, Shape>();

/** The shape of an object schema. */
export const shapeOf = (schema: z.ZodObject): ObjectShape => partOf(schema) as ObjectShape;

/** Memoised, because schemas refer to themselves. */
function partOf(schema: z.core.$ZodType): Shape {
  const memo = known.get(schema);
  if (memo) return memo;
  if (schema instanceof z.ZodObject) return objectShape(schema);
  const shape = simpleShape(schema);
  known.set(schema, shape);
  return shape;
}

function objectShape(schema: z.ZodObject): ObjectShape {
  const fields = new Map<string, Field>();
  const open = schema._zod.def.catchall instanceof z.ZodUnknown;
  const name = schema.meta()?.id ?? 'object';
  const shape: ObjectShape = { type: 'object', name, fields, open, ...rulesOf(schema) };
  known.set(schema, shape);
  for (const [name, field] of Object.entries(schema.shape)) {
    fields.set(name, {
      name,
      label: fieldLabel(name),
      shape: partOf(field),
      presence: presenceOf(field),
      ignored: z.globalRegistry.get(field)?.ignored === true,
    });
  }
  return shape;
}

function presenceOf(field: z.core.$ZodType): Field['presence'] {
  if (field instanceof z.ZodOptional) return 'optional';
  return field instanceof z.ZodPrefault ? 'assumed' : 'required';
}

function simpleShape(schema: z.core.$ZodType): Shape {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodLazy) {
    return partOf(schema.unwrap());
  }
  if (schema instanceof z.ZodArray) return { type: 'list', item: partOf(schema.element), ...rulesOf(schema) };
  if (schema instanceof z.ZodRecord) return { type: 'map', ...rulesOf(schema) };
  if (schema instanceof z.ZodString) return { type: 'text', ...rulesOf(schema) };
  if (schema instanceof z.ZodNumber) return { type: 'integer', ...rulesOf(schema) };
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' };
  throw new TypeError(`job documents have no fields of type ${schema._zod.def.type}`);
}

function rulesOf(schema: z.core.$ZodType): Ruled {
  const checks = schema._zod.def.checks ?? [];
  if (checks.length === 0) return {};
  const rules = (value: unknown) => {
    const payload = { value: value as never, issues: [] as RawIssue[] };
    for (const check of checks) void check._zod.check(payload);
    return payload.issues;
  };
  return { rules };
}

/** What a field takes, in words. */
export function shapeText(shape: Shape): string {
  switch (shape.type) {
    case 'text':
      return 'string';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'list':
      return `list of ${shape.item.type === 'object' ? shape.item.name : shapeText(shape.item)}s`;
    case 'map':
      return 'map of strings';
    case 'object':
      return `${shape.name} object`;
  }
}
