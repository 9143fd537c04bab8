import { MessageEncodingError } from './errors';

/** The body of a message as it travels. */
export function encodeBody(target: string, body: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (cause) {
    throw new MessageEncodingError(target, { cause });
  }
  if (text === undefined) throw new MessageEncodingError(target);
  return text;
}
