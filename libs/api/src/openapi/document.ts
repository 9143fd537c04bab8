import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentJsonSchema, type JsonSchema } from '@tork/core';
import { z } from 'zod';
import { ANSWERS } from './answers';
import { REQUESTS } from './requests';

/** The OpenAPI 3.1 document of the routes that this application has. */
export function buildDocument(app: INestApplication, version: string): OpenAPIObject {
  const info = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tork')
    .setDescription('Submit jobs, follow them, and look at what runs where.')
    .setLicense('MIT', 'https://opensource.org/licenses/MIT')
    .setVersion(version)
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'A user, with `middleware.web.basicauth`.' },
      'password',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A key or API token, with `keyauth` or `tokenauth`.' },
      'key',
    )
    .build();
  // Any of them, or none, as the server is configured.
  info.security = [{}, { password: [] }, { key: [] }];
  const document = SwaggerModule.createDocument(app, info, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  document.components = { ...document.components, schemas: { ...ownSchemas(), ...documentComponents() } };
  return document;
}

/** The schema of a part of the job document; the answers have names without the ending. */
const documentName = (part: string): string => `${part}Document`;
const refTo = (name: string): string => `#/components/schemas/${name}`;

function ownSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries({ ...ANSWERS, ...REQUESTS }).map(([name, schema]) => [name, schemaOf(schema)]),
  );
}

function schemaOf(answer: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(answer, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // Fields may be added to an answer: a client that refuses those it does not know breaks.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      const part = z.globalRegistry.get(zodSchema)?.document;
      if (typeof part !== 'string') return;
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
      jsonSchema.$ref = refTo(documentName(part));
    },
  });
  return schema as JsonSchema;
}

/** The job document and its parts. Schedules have a document of their own. */
function documentComponents(): Record<string, JsonSchema> {
  const { $schema: _draft, title: _title, not: _not, definitions, properties, ...job } = documentJsonSchema();
  const { schedule: _schedule, ...jobProperties } = properties as JsonSchema;
  const { Schedule: _part, ...parts } = definitions as JsonSchema;
  const schemas = Object.entries({
    Job: { ...job, description: 'A job to be run.', properties: jobProperties },
    ...parts,
  });
  const named = Object.fromEntries(schemas.map(([part, schema]) => [documentName(part), schema]));
  return JSON.parse(JSON.stringify(named), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? value.replace(/^#\/definitions\/(.*)$/, (_, part: string) => refTo(documentName(part)))
      : value,
  );
}
