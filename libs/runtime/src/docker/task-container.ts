import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';
import { createContainer } from './create-container';
import { patient } from './daemon';
import { OutputDemultiplexer } from './output';
import type { Ownership } from './ownership';
import { persistently, removeContainer } from './removal';

/** The rest of the output follows the end of a container at once; a connection that says nothing more is given up. */
const DRAIN_MS = 5000;

/** A container from its creation to its removal. Its methods reject with what the client does. */
export class TaskContainer {
  /** Ends with the container, so that no request outlives it. */
  private readonly requests = new AbortController();
  private connection: Duplex | undefined;
  private outputEnded = Promise.resolve();

  private constructor(
    private readonly docker: Docker,
    private readonly ownership: Ownership,
    private readonly name: string,
    readonly container: Container,
  ) {}

  /** Cannot be cancelled, so that there is never a container that nobody knows. */
  static async create(docker: Docker, ownership: Ownership, options: ContainerCreateOptions): Promise<TaskContainer> {
    const name = ownership.claim('task');
    try {
      const { id } = await createContainer(docker, name, options);
      return new TaskContainer(docker, ownership, name, patient(docker).getContainer(id));
    } catch (error) {
      await removeContainer(docker, name).catch(() => undefined); // made after all, but the answer was lost
      ownership.release(name);
      throw error;
    }
  }

  get id(): string {
    return this.container.id;
  }

  /** Aborted when it is removed. */
  get signal(): AbortSignal {
    return this.requests.signal;
  }

  /** Follows what it prints. Before the start, or the beginning is missed. */
  async attach(output: (chunk: Uint8Array) => void): Promise<void> {
    const options = { stream: true, stdout: true, stderr: true, hijack: true, abortSignal: this.signal };
    const connection = (await this.container.attach(options)) as Duplex;
    if (this.signal.aborted) return void connection.destroy();
    this.connection = connection;
    const demultiplexer = new OutputDemultiplexer(output);
    connection.on('data', (chunk: Buffer) => demultiplexer.write(chunk));
    connection.on('error', () => undefined); // `close` follows
    this.outputEnded = new Promise((resolve) => {
      connection.once('end', resolve);
      connection.once('close', resolve);
    });
  }

  /** Joins a network in addition to the one it was made with. */
  async join(network: string, aliases: string[]): Promise<void> {
    const request = { Container: this.id, EndpointConfig: { Aliases: aliases }, abortSignal: this.signal };
    await this.docker.getNetwork(network).connect(request);
  }

  async inspect(): Promise<ContainerInspectInfo> {
    return this.container.inspect({ abortSignal: this.signal });
  }

  async start(): Promise<void> {
    await this.container.start({ abortSignal: this.signal });
  }

  /** Resolves when it has ended and its output is complete. */
  async ended(): Promise<{ exitCode: number }> {
    const { StatusCode } = (await this.container.wait({ abortSignal: this.signal })) as { StatusCode: number };
    const timer = new AbortController();
    await Promise.race([this.outputEnded, sleep(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    // Podman answers −1 when a wait meets the end of the container in an unlucky moment; the container knows better.
    return { exitCode: StatusCode < 0 ? (await this.inspect()).State.ExitCode : StatusCode };
  }

  /** Kills it if it runs, and takes its anonymous volumes along. */
  async remove(): Promise<void> {
    try {
      await persistently(() => removeContainer(this.docker, this.id));
    } finally {
      this.ownership.release(this.name);
      this.requests.abort();
      this.connection?.destroy();
    }
  }
}
