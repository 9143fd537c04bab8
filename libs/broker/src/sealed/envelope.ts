import { encodeBody } from '../body';

/** Makes texts unreadable, and readable again. */
export interface Seal {
  /** False without a key: then nothing is sealed. */
  readonly encrypts: boolean;
  seal(text: string): string;
  /** Undefined if no key fits. */
  open(text: string): string | undefined;
}

/** A body of which only what is needed to route it is readable. */
interface SealedBody {
  sealed: string;
}

/** What whoever has no key needs to give a message back, and what the datastore is asked about it. Ids, no texts. */
const READABLE = ['type', 'id', 'jobId', 'taskId', 'attempt', 'nodeId'] as const;

/** The body was sealed by another process, and nothing here can open it. */
export const isSealed = (body: unknown): body is SealedBody =>
  typeof body === 'object' && body !== null && 'sealed' in body && typeof body.sealed === 'string';

/** `queue` is where it goes; for the error, if it has no JSON form. */
export function sealBody(queue: string, body: unknown, seal: Seal): SealedBody {
  const readable: Record<string, unknown> = {};
  if (typeof body === 'object' && body !== null) {
    for (const key of READABLE) if (key in body) readable[key] = body[key as never];
  }
  return { ...readable, sealed: seal.seal(encodeBody(queue, body)) };
}

/** The body as it was; a body that is not sealed, or that no key opens, as it is. */
export function openBody(body: unknown, seal: Seal): unknown {
  if (!isSealed(body)) return body;
  const text = seal.open(body.sealed);
  return text === undefined ? body : (JSON.parse(text) as unknown);
}
