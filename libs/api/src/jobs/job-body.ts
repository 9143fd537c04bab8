import { type DocumentFormat, type JobDocument, parseJobDocument } from '@tork/core';
import { validate } from '@tork/expr';
import { ContentTypeError } from '../http/errors';

const FORMATS: Readonly<Record<string, DocumentFormat>> = {
  'application/json': 'json',
  'text/yaml': 'yaml',
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/x-yaml': 'yaml',
};

/** The format that a content type names, its parameters and case left aside. Throws {@link ContentTypeError}. */
export function formatOf(contentType: string | undefined): DocumentFormat {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const format = Object.hasOwn(FORMATS, mediaType) ? FORMATS[mediaType] : undefined;
  if (!format) throw new ContentTypeError(contentType);
  return format;
}

/** What is wrong with an expression in a document; its names are resolved when it runs. */
export const validateExpression = (text: string): string | undefined => validate(text)?.message;

/** Reads the body of `POST /jobs`. Throws {@link ContentTypeError}, or a DocumentError that says what is wrong where. */
export const readJobDocument = (contentType: string | undefined, body: Uint8Array): JobDocument =>
  parseJobDocument(body, formatOf(contentType), { validateExpression });
