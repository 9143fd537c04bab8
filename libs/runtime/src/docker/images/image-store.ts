import type Docker from 'dockerode';
import type { Registry } from '@tork/core';
import { abortable } from '../../abortable';
import type { Logger } from '../../logger';
import { createContainer } from '../create-container';
import { blame, daemonText, isNotFound } from '../daemon-error';
import type { Ownership } from '../ownership';
import type { Credentials } from './credentials';
import { pullImage } from './pull';
import { parseImage, type ImageReference } from './reference';
import { SharedWork, type Output } from './shared-work';

export interface ImageStoreOptions {
  /** How long an image that this process used is kept after its last use. */
  ttlMs: number;
  /** Whether a container is made of a pulled image before it counts as good. */
  verify: boolean;
}

/** An image of a run under way, which is not removed before its `release`. */
export interface HeldImage {
  /** As the daemon takes it. */
  readonly name: string;
  release(): void;
}

interface Use {
  holders: number;
  lastAt: number;
}

/** The images that tasks run in: there when they are needed, and gone when they were not for long. */
export class ImageStore {
  /** Images that are at the daemon as far as we know. */
  private readonly known = new Map<string, Use>();
  private readonly pulls = new Map<string, SharedWork>();

  constructor(
    private readonly docker: Docker,
    private readonly credentials: Credentials,
    private readonly ownership: Ownership,
    private readonly options: ImageStoreOptions,
    private readonly logger: Logger,
  ) {}

  /**
   * Sees to it that an image is there, pulling it if it is not.
   *
   * @param output gets what the daemon tells of a pull
   * @throws TaskFailedError when there is no such image, or it may not be had
   */
  async hold(
    text: string | undefined,
    registry: Registry | undefined,
    output: Output,
    signal: AbortSignal,
  ): Promise<HeldImage> {
    const image = parseImage(text ?? '');
    if (!this.known.has(image.name)) {
      if (!(await abortable(this.isLocal(image), signal))) await this.pull(image, registry, output, signal);
      if (!this.known.has(image.name)) this.known.set(image.name, { holders: 0, lastAt: 0 });
    }
    const use = this.known.get(image.name)!;
    use.holders++;
    const release = (): void => {
      use.holders--;
      use.lastAt = Date.now();
    };
    return { name: image.name, release };
  }

  /** Somebody else removed it: the next `hold` looks again. */
  forget(name: string): void {
    this.known.delete(name);
  }

  /** Removes the images that this process used, that no run holds, and that nobody held within their lifetime. */
  async prune(now = Date.now()): Promise<void> {
    for (const [name, use] of [...this.known]) {
      if (use.holders > 0 || use.lastAt + this.options.ttlMs > now) continue;
      this.known.delete(name);
      try {
        await this.docker.getImage(name).remove();
        this.logger.info({ image: name }, 'removed an image that was not used for long');
      } catch (error) {
        // e.g. 409: a container of somebody else has it. It is tried again after its next use here.
        this.logger.debug({ image: name, error: daemonText(error) }, 'an unused image cannot be removed');
      }
    }
  }

  private async isLocal(image: ImageReference): Promise<boolean> {
    try {
      await this.docker.getImage(image.name).inspect();
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw blame(`error pulling image: ${image.name}`, error);
    }
  }

  /** Pulls of different images, or with different credentials, go side by side; the same is pulled once for all. */
  private async pull(
    image: ImageReference,
    registry: Registry | undefined,
    output: Output,
    signal: AbortSignal,
  ): Promise<void> {
    const auth = await this.credentials.find(image, registry, signal);
    const key = JSON.stringify([image.name, auth]);
    let pull = this.pulls.get(key);
    if (!pull || pull.isGivenUp) {
      const mine = new SharedWork(
        async (tell, ending) => {
          await pullImage(this.docker, image, auth, tell, ending);
          if (this.options.verify) await this.verify(image, tell);
        },
        () => this.pulls.get(key) === mine && this.pulls.delete(key),
      );
      this.pulls.set(key, (pull = mine));
    }
    await pull.wait(output, signal);
  }

  private async verify({ name }: ImageReference, output: Output): Promise<void> {
    output(`verifying image ${name}\n`);
    const containerName = this.ownership.claim('verify');
    try {
      const container = await createContainer(this.docker, containerName, {
        Image: name,
        Cmd: ['true'],
        Labels: { ...this.ownership.labels },
      });
      await container.remove({ force: true, v: true });
    } catch (error) {
      await this.docker
        .getImage(name)
        .remove()
        .catch(() => undefined);
      throw blame(`image ${name} is invalid or corrupted`, error);
    } finally {
      this.ownership.release(containerName);
    }
    output(`image ${name} is good\n`);
  }
}
