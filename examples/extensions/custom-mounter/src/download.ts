import { createHash } from 'node:crypto';
import { RuntimeUnavailableError, TaskFailedError } from '@tork/engine';

export interface DownloadOptions {
  maxBytes: number;
  /** In hexadecimal digits. */
  sha256?: string;
  signal: AbortSignal;
}

/**
 * The bytes at a URL. What is wrong with them, or missing, is the task's fault; a server that cannot be asked is not: the
 * task is then handed out again.
 */
export async function* download(url: URL, { maxBytes, sha256, signal }: DownloadOptions): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bodyOf(url, signal)) {
    hash.update(chunk);
    size += chunk.length;
    if (size > maxBytes) throw new TaskFailedError(`${url.href} has more than ${maxBytes} bytes`);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (sha256 !== undefined && found !== sha256.toLowerCase()) {
    throw new TaskFailedError(`${url.href}: expected the SHA-256 ${sha256}, found ${found}`);
  }
}

async function* bodyOf(url: URL, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    // A redirect could lead to what the base is there to keep out.
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.status >= 400 && response.status < 500) {
      throw new TaskFailedError(`${url.href}: the server answered ${response.status}`);
    }
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    yield* response.body;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TaskFailedError) throw cause;
    throw new RuntimeUnavailableError(`${url.href} cannot be fetched: ${(cause as Error).message}`, { cause });
  }
}
