import { statSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@tork/testing';
import { Client } from './client';
import { command } from './command';

const ROOT = join(__dirname, '../..');
/** Whose containers, volumes and networks are a run's own: the process id tells later which runs have ended. */
const PROJECT = /^tork_test_(\d+)$/;
const PROJECT_LABEL = 'com.docker.compose.project';
/** Of the images that are built, so that they do not take the place of a user's. */
const TAG = 'e2e';

const MINUTE = 60_000;

/** The repository's docker-compose.yml, brought up on the engine of this machine under a name and port of its own. */
export class ComposeProject {
  private constructor(
    readonly name: string,
    readonly client: Client,
    private readonly program: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Builds the images and starts all services. The base images are pulled, or made where there is no registry. */
  static async up(): Promise<ComposeProject> {
    const port = String(await freePort());
    const socket = (process.env.DOCKER_HOST || 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
    const project = new ComposeProject(
      `tork_test_${process.pid}`,
      new Client(`http://localhost:${port}`),
      await composeProgram(),
      {
        TORK_TAG: TAG,
        TORK_PORT: port,
        TORK_DOCKER_SOCKET: socket,
        TORK_WORKER_USER: `1000:${statSync(socket).gid}`,
      },
    );
    afterTestFile.push(() => project.down());
    await project.removeLeftovers();
    await command(join(ROOT, 'deploy/stand-in-images.sh'), [], { timeoutMs: 10 * MINUTE });
    await project.compose(['build', '--force-rm'], 15 * MINUTE);
    await project.compose(['up', '--detach'], 5 * MINUTE);
    return project;
  }

  /** Stops all services and removes them with their data. Leaves the images, which the next build is made from. */
  async down(name = this.name): Promise<void> {
    await this.compose(['down', '--volumes', '--remove-orphans'], 2 * MINUTE, name);
  }

  /** The id of the container of a service. */
  async containerOf(service: string): Promise<string> {
    return (await this.compose(['ps', '--quiet', service])).trim();
  }

  /** Kills the main process of a service as the kernel would, so that its restart policy applies. */
  async crash(service: string): Promise<void> {
    const pid = await docker('inspect', '--format', '{{.State.Pid}}', await this.containerOf(service));
    await docker('run', '--rm', '--pid=host', 'busybox:stable', 'kill', '-9', pid);
  }

  /** Everything at the engine that belongs to this project. */
  async resources(): Promise<string[]> {
    const filter = ['--filter', `label=${PROJECT_LABEL}=${this.name}`];
    const found = await Promise.all([
      docker('ps', '--all', ...filter, '--format', 'container {{.Names}}'),
      docker('volume', 'ls', ...filter, '--format', 'volume {{.Name}}'),
      docker('network', 'ls', ...filter, '--format', 'network {{.Name}}'),
    ]);
    return found.flatMap(linesOf);
  }

  private compose(args: readonly string[], timeoutMs = MINUTE, name = this.name): Promise<string> {
    const [file, ...first] = this.program;
    const options = ['--project-name', name, '--file', join(ROOT, 'docker-compose.yml')];
    return command(file!, [...first, ...options, ...args], { env: this.env, timeoutMs });
  }

  /** What a run left that was itself killed. */
  private async removeLeftovers(): Promise<void> {
    const names = linesOf(await docker('ps', '--all', '--format', `{{.Label "${PROJECT_LABEL}"}}`));
    const dead = names.filter((name) => PROJECT.test(name) && !isRunning(Number(PROJECT.exec(name)![1])));
    for (const name of new Set(dead)) await this.down(name);
  }
}

/** A command of the Docker client; resolves with what it printed. */
export const docker = async (...args: string[]): Promise<string> => (await command('docker', args)).trim();

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);

/** Compose as a program of its own, as Debian has it, or as the plugin of Docker's client. */
async function composeProgram(): Promise<readonly string[]> {
  for (const program of [['docker-compose'], ['docker', 'compose']]) {
    const [file, ...args] = program;
    const works = await command(file!, [...args, 'version']).then(
      () => true,
      () => false,
    );
    if (works) return program;
  }
  throw new Error('The Compose tests need Docker Compose: npm run services installs it as root on Debian or Ubuntu.');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
