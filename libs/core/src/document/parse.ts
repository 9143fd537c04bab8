import { DurationError, parseDuration } from '../duration/duration';
import { bind } from './bind/binder';
import { jsonDialect } from './bind/json-dialect';
import { shapeOf } from './bind/shape';
import type { ObjectShape } from './bind/shape';
import { yamlDialect } from './bind/yaml-dialect';
import { DocumentError } from './errors';
import { documentSchemas } from './schema/schema';
import type { DocumentSchemas, ValidateExpression } from './schema/schema';
import { readJson } from './source/json-reader';
import { SourceText } from './source/source';
import { readYaml } from './source/yaml-reader';
import { yamlError } from './source/yaml-stream';
import type { JobDocument, ScheduledJobDocument } from './types';
import { nodeAt } from './validate/node-at';
import { validate } from './validate/validate';
import type { BoundDocument } from './validate/validate';

export type DocumentFormat = 'json' | 'yaml';

export interface ParseOptions {
  /**
   * Says what is wrong with the text of an expression field (`if`, `output`, `each.list`), or nothing. It is given the
   * whole text, braces included; never an empty one.
   */
  validateExpression: ValidateExpression;
}

/**
 * Reads and validates a job document, the body of `POST /jobs`.
 *
 * @throws DocumentError whatever the body holds: no JSON or YAML, a key that no job has, a value of the wrong type, a
 *   broken rule.
 */
export function parseJobDocument(
  body: Uint8Array | string,
  format: DocumentFormat,
  options: ParseOptions,
): JobDocument {
  const { job } = schemasFor(options.validateExpression);
  const document = read(body, format, shapeOf(job));
  checkWait(document);
  validate(document);
  return document.value as JobDocument;
}

/** Reads and validates the body of `POST /scheduled-jobs`. Throws like {@link parseJobDocument}. */
export function parseScheduledJobDocument(
  body: Uint8Array | string,
  format: DocumentFormat,
  options: ParseOptions,
): ScheduledJobDocument {
  const { scheduledJob } = schemasFor(options.validateExpression);
  const document = read(body, format, shapeOf(scheduledJob));
  validate(document);
  return document.value as ScheduledJobDocument;
}

const schemas = new WeakMap<ValidateExpression, DocumentSchemas>();

/** Schemas take a moment to make; an application has one way to validate expressions. */
function schemasFor(validateExpression: ValidateExpression): DocumentSchemas {
  let made = schemas.get(validateExpression);
  if (!made) {
    made = documentSchemas(validateExpression);
    schemas.set(validateExpression, made);
  }
  return made;
}

function read(body: Uint8Array | string, format: DocumentFormat, shape: ObjectShape): BoundDocument {
  const source = new SourceText(textOf(body, format));
  const root = format === 'json' ? readJson(source) : readYaml(source);
  const dialect = format === 'json' ? jsonDialect : yamlDialect;
  return { value: bind(root, shape, source, dialect), root, source, shape, dialect };
}

/** Bytes that are no UTF-8 become U+FFFD in JSON, as in the original; YAML refuses them, and skips a byte order mark. */
function textOf(body: Uint8Array | string, format: DocumentFormat): string {
  if (format === 'json') return typeof body === 'string' ? body : decode(body);
  if (typeof body === 'string') return body.replace(/^\ufeff/, '');
  const text = decode(body);
  const bad = firstDifference(body, new TextEncoder().encode(text));
  if (bad < 0) return text.replace(/^\ufeff/, '');
  const before = decode(body.subarray(0, bad));
  throw yamlError(new SourceText(before), before.length, 'invalid UTF-8');
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** The offset of the first byte in which two arrays differ, or -1. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? -1 : length;
}

/** The time to wait is read before anything is validated, and answered for with the text of the duration's reader. */
function checkWait({ value, source, root, shape, dialect }: BoundDocument): void {
  const { wait } = value as JobDocument;
  if (!wait) return;
  try {
    parseDuration(wait.timeout ?? '');
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    const position = source.positionAt(nodeAt(['wait', 'timeout'], root, shape, dialect).at);
    const { message } = error;
    const problem = { path: 'Job.Wait.Timeout', ...position, expected: 'a duration', rule: 'duration', message };
    throw new DocumentError(message, [problem]);
  }
}
