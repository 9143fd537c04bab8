import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { AnswerName } from './answers';
import type { RequestName } from './requests';

export interface RouteDocumentation {
  summary: string;
  description?: string;
  /** What a success is answered with; absent: an empty body. */
  answer?: AnswerName | readonly AnswerName[];
  /** Statuses of errors, each with what it means here. */
  errors?: Readonly<Record<number, string>>;
  /** Takes `page` and `size`, and `q` to search for. */
  pages?: { maxSize: number; search: string };
  /** The path parameter, and what it is. */
  param?: { name: string; description: string };
  /** Takes a job document. */
  takesJob?: boolean;
  /** Takes a body in JSON. */
  takes?: RequestName;
}

const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });

/** Describes a route for the API document. */
export function Documented(route: RouteDocumentation): MethodDecorator {
  const { answer, errors = {}, pages, param, summary, description, takes, takesJob } = route;
  const answers = [answer ?? []].flat();
  const success = answers.length > 1 ? { oneOf: answers.map(schemaRef) } : answers.map(schemaRef)[0];
  const decorators = [
    ApiOperation({ summary, description }),
    ApiResponse({ status: 200, description: 'Done.', ...(success && { content: json(success) }) }),
    ...Object.entries(errors).map(([status, meaning]) =>
      ApiResponse({ status: Number(status), description: meaning, content: json(schemaRef('Error')) }),
    ),
  ];
  if (param) decorators.push(ApiParam({ ...param, schema: { type: 'string' } }));
  if (pages) {
    decorators.push(
      ApiQuery({ name: 'page', required: false, schema: { type: 'integer', minimum: 1, default: 1 } }),
      ApiQuery({ name: 'size', required: false, schema: { type: 'integer', minimum: 1, maximum: pages.maxSize } }),
      ApiQuery({ name: 'q', required: false, description: pages.search, schema: { type: 'string' } }),
    );
  }
  const body = takesJob ? 'JobDocument' : takes;
  if (body) {
    const types = takesJob ? ['application/json', 'text/yaml', 'application/yaml'] : ['application/json'];
    const content = Object.fromEntries(types.map((type) => [type, { schema: schemaRef(body) }]));
    // Swagger's types want a schema beside the content that replaces it.
    decorators.push(ApiBody({ required: true, content } as unknown as Parameters<typeof ApiBody>[0]));
  }
  return applyDecorators(...(decorators as MethodDecorator[]));
}
