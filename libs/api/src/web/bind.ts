import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { parseQuery } from '../http/query';
import { InvalidBodyError, UnsupportedMediaTypeError } from './errors';

/** Makes a value of what came in a body, or throws: every Zod schema does. */
export interface BodySchema<T> {
  parse(value: unknown): T;
}

/**
 * The value of a body by its content type: JSON, XML (an object of elements, attributes with `@_` before their name) or
 * a form (an object of texts).
 *
 * @throws UnsupportedMediaTypeError for any other type, {@link InvalidBodyError} for what cannot be read as that type or
 *   what the schema refuses
 */
export function parseBody<T>(body: Uint8Array, contentType: string | undefined, schema?: BodySchema<T>): T {
  const mediaType = contentType?.split(';', 1)[0]!.trim().toLowerCase() ?? '';
  const read = Object.hasOwn(READERS, mediaType) ? READERS[mediaType] : undefined;
  if (!read) throw new UnsupportedMediaTypeError(contentType);
  const value = attempt(mediaType, () => read(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  return schema ? attempt('body', () => schema.parse(value)) : (value as T);
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof InvalidBodyError) throw cause;
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new InvalidBodyError(`invalid ${what}: ${reason}`, { cause });
  }
}

function readXml(text: string): unknown {
  // What a document type declares can make a short text expand to a long one, or name files.
  if (/<!DOCTYPE/i.test(text)) throw new InvalidBodyError('invalid application/xml: a document type is not allowed');
  return new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(text, true);
}

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'application/json': JSON.parse,
  'application/xml': readXml,
  'text/xml': readXml,
  'application/x-www-form-urlencoded': (text) => ({ ...parseQuery(text) }),
};
