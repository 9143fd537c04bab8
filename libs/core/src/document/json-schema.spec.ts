import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentJsonSchema } from './json-schema';
import type { JsonSchema } from './json-schema';

describe('the JSON Schema of documents', () => {
  const schema = documentJsonSchema();

  it('is what tork.schema.json holds; if not, `npm run schema` writes it', () => {
    const file = join(__dirname, '../../../../tork.schema.json');

    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
  });

  it('describes every field', () => {
    const bare = [...fieldsOf(schema)].filter(([, field]) => !field.description && !field.allOf).map(([name]) => name);

    expect(bare).toEqual([]);
  });

  it('refers to its own definitions alone, all of them named', () => {
    const definitions = Object.keys(schema.definitions as object);
    const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/(\w+)"/g)].map(([, name]) => name);

    expect(new Set(refs)).toEqual(new Set(definitions));
    expect(definitions).not.toContain('__schema0');
  });

  it('takes what the YAML reader takes for text', () => {
    const { definitions } = schema as { definitions: Record<string, { properties: Record<string, JsonSchema> }> };

    expect(definitions.Task?.properties.if?.type).toEqual(['string', 'number', 'boolean', 'null']);
    expect(definitions.Task?.properties.timeout?.type).toEqual(['string', 'null']);
    expect(definitions.Task?.properties.env?.additionalProperties).toEqual({
      type: ['string', 'number', 'boolean', 'null'],
    });
    expect(definitions.Task?.properties.name?.type).toEqual(['string', 'number', 'boolean']);
  });

  function* fieldsOf(part: unknown, path = ''): Generator<[string, JsonSchema]> {
    if (typeof part !== 'object' || part === null) return;
    for (const [keyword, value] of Object.entries(part)) {
      if (keyword === 'properties') {
        for (const [name, field] of Object.entries(value as Record<string, JsonSchema>))
          yield [`${path}.${name}`, field];
      }
      yield* fieldsOf(value, `${path}/${keyword}`);
    }
  }
});
