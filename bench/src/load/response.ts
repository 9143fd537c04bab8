/** What the load looks at of an answer. */
export interface Response {
  status: number;
  body: Buffer;
}

const END_OF_HEAD = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * Reads the answer that begins at an offset; `undefined` while a part of it has yet to come. Throws when its length is
 * not told in its head: Tork's API always does.
 */
export function parseResponse(bytes: Buffer, offset: number): { response: Response; end: number } | undefined {
  const headEnd = bytes.indexOf(END_OF_HEAD, offset);
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', offset, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  const start = headEnd + END_OF_HEAD.length;
  const end = start + Number(length);
  if (end > bytes.length) return undefined;
  return { response: { status: Number(head.slice(STATUS_AT, STATUS_AT + 3)), body: bytes.subarray(start, end) }, end };
}
