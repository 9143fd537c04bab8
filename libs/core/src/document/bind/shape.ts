import { z } from 'zod';
import { fieldLabel } from '../path';

/** What a binder has to know of a schema: types and names of fields, nothing of their rules. */
export type Shape = TextShape | IntegerShape | BooleanShape | ListShape | MapShape | ObjectShape;

export interface TextShape {
  type: 'text';
}
export interface IntegerShape {
  type: 'integer';
}
export interface BooleanShape {
  type: 'boolean';
}
export interface ListShape {
  type: 'list';
  item: Shape;
}
/** Text by keys that the author chooses. */
export interface MapShape {
  type: 'map';
}
export interface ObjectShape {
  type: 'object';
  /** `Task`, `SubJob` … */
  name: string;
  fields: ReadonlyMap<string, Field>;
}
export interface Field {
  name: string;
  label: string;
  shape: Shape;
  /** Accepted in a document, but has no effect and is not kept. */
  ignored: boolean;
}

const known = new WeakMap<z.core.$ZodType, Shape>();

/** The shape of a schema. Memoised: schemas refer to themselves. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  const memo = known.get(schema);
  if (memo) return memo;
  if (schema instanceof z.ZodObject) return objectShape(schema);
  const shape = simpleShape(schema);
  known.set(schema, shape);
  return shape;
}

function objectShape(schema: z.ZodObject): ObjectShape {
  const fields = new Map<string, Field>();
  const shape: ObjectShape = { type: 'object', name: schema.meta()?.id ?? 'object', fields };
  known.set(schema, shape);
  for (const [name, field] of Object.entries(schema.shape)) {
    const ignored = z.globalRegistry.get(field)?.ignored === true;
    fields.set(name, { name, label: fieldLabel(name), shape: shapeOf(field), ignored });
  }
  return shape;
}

function simpleShape(schema: z.core.$ZodType): Shape {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodLazy) {
    return shapeOf(schema.unwrap());
  }
  if (schema instanceof z.ZodArray) return { type: 'list', item: shapeOf(schema.element) };
  if (schema instanceof z.ZodRecord) return { type: 'map' };
  if (schema instanceof z.ZodString) return { type: 'text' };
  if (schema instanceof z.ZodNumber) return { type: 'integer' };
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' };
  throw new TypeError(`job documents have no fields of type ${schema._zod.def.type}`);
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
