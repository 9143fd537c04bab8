import { z } from 'zod';
import { documentSchemas } from './schema/schema';

/** A JSON Schema or a part of one. */
export type JsonSchema = { [keyword: string]: unknown };

/**
 * The JSON Schema (draft 7, which YAML editors know) of job documents: a job, or with `schedule` a scheduled job. It
 * takes what the YAML reader takes: numbers and booleans where text is wanted, and `null` for an optional field. Rules
 * about several fields, and those of expressions and cron, are left to the server.
 */
export function documentJsonSchema(): JsonSchema {
  const { job, scheduledJob } = documentSchemas(() => undefined);
  const document = z.strictObject({ ...job.shape, schedule: scheduledJob.shape.schedule.optional() });
  const generated = z.toJSONSchema(document, { target: 'draft-07', io: 'input' }) as JsonSchema;
  const { $schema, definitions, ...root } = adapt(generated) as JsonSchema & { definitions: JsonSchema };
  return {
    $schema,
    title: 'Tork job',
    description: 'A job, or with `schedule` a scheduled job, as it is submitted to Tork.',
    ...root,
    not: { required: ['schedule', 'wait'] },
    definitions: named(definitions),
  };
}

/** The recursive reference that zod cannot name is that of tasks. */
const RECURSION = '__schema0';

function adapt(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(adapt);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { propertyNames: _any, ...keywords } = schema as JsonSchema;
  const adapted: JsonSchema = {};
  for (const [keyword, value] of Object.entries(keywords)) adapted[keyword] = adapt(value);
  if (adapted.$ref === `#/definitions/${RECURSION}`) adapted.$ref = '#/definitions/Task';
  if (adapted.type === 'object') adaptObject(adapted);
  if (isText(adapted.items)) adapted.items = scalar(adapted.items, false);
  return adapted;
}

function adaptObject(schema: JsonSchema): void {
  if (isText(schema.additionalProperties)) schema.additionalProperties = scalar(schema.additionalProperties, true);
  if (!schema.properties) return;
  const properties = schema.properties as Record<string, JsonSchema>;
  const required = new Set(schema.required as string[] | undefined);
  for (const [name, property] of Object.entries(properties)) {
    // An `each` without task is validated as one with an empty task, so that the message names what the task lacks.
    if ('default' in property) {
      delete property.default;
      required.add(name);
    }
    properties[name] = isText(property)
      ? scalar(property, !required.has(name))
      : nullable(property, required.has(name));
  }
  if (required.size > 0) schema.required = [...required];
}

const isText = (schema: unknown): schema is JsonSchema => (schema as JsonSchema | undefined)?.type === 'string';

/** Text may be written as a bare number or boolean in YAML, unless it has a form that those do not have. */
const scalar = (schema: JsonSchema, mayBeNull: boolean): JsonSchema => ({
  ...schema,
  type: ['string', ...('pattern' in schema ? [] : ['number', 'boolean']), ...(mayBeNull ? ['null'] : [])],
});

const nullable = (schema: JsonSchema, required: boolean): JsonSchema =>
  required || typeof schema.type !== 'string' ? schema : { ...schema, type: [schema.type, 'null'] };

function named(definitions: JsonSchema): JsonSchema {
  const { [RECURSION]: _task, ...others } = definitions;
  return Object.fromEntries(Object.entries(others).map(([title, schema]) => [title, { title, ...(schema as object) }]));
}
