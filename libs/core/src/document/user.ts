import { z } from 'zod';
import { quote } from '../text/quote';
import { bind } from './bind/binder';
import { jsonDialect } from './bind/json-dialect';
import { shapeOf } from './bind/shape';
import { DocumentError } from './errors';
import { readJson } from './source/json-reader';
import { SourceText } from './source/source';

/** Somebody to be made a user. */
export interface UserDocument {
  name?: string;
  username?: string;
  password?: string;
  disabled?: boolean;
}

const text = z.string().optional();

/** Programs that know of more fields are no reason to refuse anybody. */
const userDocument = z
  .looseObject({
    id: text,
    name: text,
    username: text,
    password: text,
    createdAt: text,
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'User' });

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads the body of `POST /users`: the first JSON value in it. `id` and `createdAt` are given by the server; what the
 * body says of them has to be of their kind all the same. Nothing else is validated.
 *
 * @throws DocumentError when it is no JSON, or a value is of the wrong type.
 */
export function parseUserDocument(body: Uint8Array | string): UserDocument {
  const source = new SourceText(typeof body === 'string' ? body : new TextDecoder().decode(body));
  const bound = bind(readJson(source), shapeOf(userDocument), source, jsonDialect);
  const { createdAt, id: _, ...user } = bound as UserDocument & { id?: string; createdAt?: string };
  if (createdAt !== undefined && !(TIME.test(createdAt) && !Number.isNaN(Date.parse(createdAt)))) {
    const message = `createdAt must be a time such as 2026-01-31T12:00:00Z, found ${quote(createdAt)}`;
    throw new DocumentError(message, [{ path: 'User.CreatedAt', expected: 'a time', message }]);
  }
  return user;
}
