import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Registry } from '@tork/core';
import type { Logger } from '../../logger';
import type { ImageReference } from './reference';

/** What the daemon passes on to a registry. */
export interface RegistryAuth {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress?: string;
}

/** The parts of a Docker configuration file that have to do with registries. */
interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** A helper may have to unlock something, but does not wait for a person. */
const HELPER_TIMEOUT_MS = 30_000;

/** Helpers answer this as the user's name when the secret is a token. */
const TOKEN_USER = '<token>';

/** What `docker login` calls Docker Hub, whose images are named `docker.io/…`. */
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** Finds the credentials to pull an image with. */
export class Credentials {
  private readonly path: string;

  /** @param path the Docker configuration file. Default: `config.json` in `$DOCKER_CONFIG` or `~/.docker` */
  constructor(
    path: string | undefined,
    private readonly logger: Logger,
  ) {
    this.path = path ?? join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  }

  /**
   * Those of the task if it has a user name; else, if the image's name names a registry, those that the configuration
   * file or a credential helper has for it. Nothing means: without credentials.
   */
  async find(
    image: ImageReference,
    registry: Registry | undefined,
    signal: AbortSignal,
  ): Promise<RegistryAuth | undefined> {
    if (registry?.username) return { username: registry.username, password: registry.password ?? '' };
    if (image.host === undefined) return undefined;
    const auth = await this.fromConfig(image.host, signal);
    return auth && { ...auth, serveraddress: image.host };
  }

  private async fromConfig(host: string, signal: AbortSignal): Promise<RegistryAuth | undefined> {
    const config = await this.read();
    if (!config) return undefined;
    const own = entryFor(host, config.credHelpers);
    if (own) return this.ask(own.value, own.key, signal);
    if (config.credsStore) return this.ask(config.credsStore, host, signal);
    const auth = entryFor(host, config.auths)?.value;
    if (auth) return plainAuth(auth);
    return (await this.ask('pass', host, signal)) ?? (await this.ask('secretservice', host, signal));
  }

  private async read(): Promise<DockerConfig | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.logger.warn({ path: this.path, code }, 'cannot read the credentials of registries');
      return undefined;
    }
    try {
      return JSON.parse(text) as DockerConfig;
    } catch {
      // the parser's message would show part of the file
      this.logger.warn({ path: this.path }, 'the file with the credentials of registries is no JSON');
      return undefined;
    }
  }

  /** Asks `docker-credential-<helper>`. One that is missing, fails or knows nothing means: without credentials. */
  private ask(helper: string, server: string, signal: AbortSignal): Promise<RegistryAuth | undefined> {
    return new Promise((resolve) => {
      const options = { env: process.env, timeout: HELPER_TIMEOUT_MS, signal };
      const child = execFile(`docker-credential-${helper}`, ['get'], options, (error, stdout) => {
        if (error && error.code !== 'ENOENT') {
          this.logger.debug({ helper, server, code: error.code }, 'a credential helper has nothing for a registry');
        }
        resolve(error ? undefined : helperAuth(stdout));
      });
      child.stdin?.on('error', () => undefined); // it ended without reading; its exit code tells
      child.stdin?.end(server);
    });
  }
}

function helperAuth(stdout: string): RegistryAuth | undefined {
  try {
    const { Username, Secret } = JSON.parse(stdout) as { Username?: string; Secret?: string };
    return Username === TOKEN_USER ? { identitytoken: Secret } : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
}

function plainAuth(entry: NonNullable<DockerConfig['auths']>[string]): RegistryAuth | undefined {
  if (entry.identitytoken) return { identitytoken: entry.identitytoken };
  if (entry.username && entry.password) return { username: entry.username, password: entry.password };
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(entry.auth ?? '', 'base64').toString()) ?? [];
  return username ? { username, password } : undefined;
}

/** The entry whose key is the host itself, or a URL of it as `docker login` writes for some registries. */
function entryFor<T>(host: string, entries: Record<string, T> | undefined): { key: string; value: T } | undefined {
  const hosts = DOCKER_HUB.includes(host) ? DOCKER_HUB : [host];
  const found = Object.entries(entries ?? {}).find(([key]) =>
    hosts.includes(key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')),
  );
  return found && { key: found[0], value: found[1] };
}
