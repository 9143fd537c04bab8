import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { TaskFailedError } from '../../errors';
import { patient } from '../daemon';
import { blame } from '../daemon-error';
import type { RegistryAuth } from './credentials';
import type { ImageReference } from './reference';
import type { Output } from './shared-work';

/** One line of what the daemon tells during a pull. */
interface PullMessage {
  id?: string;
  status?: string;
  progressDetail?: { current?: number };
  error?: string;
}

/**
 * Has the daemon pull an image. An abort of `abortSignal` ends that too.
 *
 * @throws TaskFailedError when the registry does not give it
 */
export async function pullImage(
  docker: Docker,
  image: ImageReference,
  auth: RegistryAuth | undefined,
  output: Output,
  abortSignal: AbortSignal,
): Promise<void> {
  const what = `error pulling image: ${image.name}`;
  try {
    const query = { fromImage: image.repository, tag: image.version, abortSignal };
    const answer = (await patient(docker).createImage(auth ?? {}, query)) as Readable;
    for await (const message of messagesOf(answer)) {
      if (message.error) throw new TaskFailedError(`${what}: ${message.error}`);
      const line = lineOf(message);
      if (line) output(line);
    }
  } catch (error) {
    throw blame(what, error);
  }
}

async function* messagesOf(answer: Readable): AsyncGenerator<PullMessage> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as PullMessage;
  }
  if (rest.trim()) yield JSON.parse(rest) as PullMessage;
}

/** What a person wants to read of a pull: what happened to each layer, not every step of a bar. */
function lineOf({ id, status, progressDetail }: PullMessage): string | undefined {
  if (!status || progressDetail?.current !== undefined) return undefined;
  return `${id ? `${id}: ` : ''}${status}\n`;
}
