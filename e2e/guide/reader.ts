import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, spawnProcess } from '@tork/testing';
import type { SpawnedProcess } from '@tork/testing';
import { shown } from './page';
import type { Block, Section } from './page';
import { runnable } from './project';
import type { ModuleSystem, Project } from './project';

/** Where the guide has the API. */
const SHOWN_URL = 'http://localhost:8000';
/** The embedded datastore is created at the first start, which takes its time on a busy machine. */
const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 60_000;

/** Does what the guide says, with one module system, and expects to see what it shows. */
export class Reader {
  private program: Block | undefined;
  private server: SpawnedProcess | undefined;
  private output = '';

  private constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async create(project: Project, system: ModuleSystem): Promise<Reader> {
    const folder = project.folder[system];
    const port = await freePort();
    return new Reader(folder, `http://localhost:${port}`, {
      HOME: folder,
      TORK_COORDINATOR_ADDRESS: `localhost:${port}`,
      TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
    });
  }

  /** Follows a section to its end. What it started has ended then. */
  async follow({ blocks }: Section): Promise<void> {
    try {
      for (const block of blocks) await this.read(block);
    } finally {
      await this.stop();
    }
  }

  private async read(block: Block): Promise<void> {
    switch (block.language) {
      case 'ts':
      case 'js':
        await this.stop();
        this.program = block;
        return;
      case 'sh':
        for (const line of block.text.split('\n')) await this.type(line);
        return;
      case 'text':
        for (const line of block.text.split('\n')) expect(this.output).toMatch(this.asShown(line));
        return;
      case 'log':
        await this.expectLog(block.text);
        return;
    }
  }

  /** A line of a shell. The lines that make the folder have been run for all. */
  private async type(line: string): Promise<void> {
    const [, variables = '', file, args = ''] = /^((?:[A-Z_]+=\S+ )*)node (main\.\w+) ?(.*)$/.exec(line) ?? [];
    const env = Object.fromEntries(
      variables
        .trim()
        .split(' ')
        .map((pair) => pair.split('=')),
    );
    if (file && args.startsWith('run ')) await this.start(args, env);
    else if (file) await this.run(args);
    else if (line.startsWith('curl ')) await this.curl(line);
  }

  private spawn(args: string, env: Readonly<Record<string, string>> = {}): SpawnedProcess {
    const program = join(this.folder, runnable(this.program!));
    return spawnProcess(program, args.split(' ').filter(Boolean), { cwd: this.folder, env: { ...this.env, ...env } });
  }

  private async start(args: string, env?: Readonly<Record<string, string>>): Promise<void> {
    await this.stop();
    this.server = this.spawn(args, env);
    await this.server.waitForHttp(`${this.url}/health`, { timeoutMs: STARTS_WITHIN_MS });
  }

  private async run(args: string): Promise<void> {
    await using started = this.spawn(args);
    const timer = setTimeout(() => void started.kill(), ENDS_WITHIN_MS);
    const { code } = await started.exited;
    clearTimeout(timer);
    this.output = started.stdout;
    if (code !== 0) throw new Error(`${this.program!.title} ${args} ended with ${code}:\n${started.output}`);
  }

  /** A request, to the program that the section has shown last. */
  private async curl(line: string): Promise<void> {
    if (!this.server) await this.start('run standalone');
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
    const data = after('-d');
    const body = data?.startsWith('@') ? readFileSync(join(this.folder, data.slice(1)), 'utf8') : data;
    const [name, value] = after('-H')?.split(': ') ?? [];
    const response = await fetch(words.at(-1)!.replace(SHOWN_URL, this.url), {
      method: after('-X') ?? (body === undefined ? 'GET' : 'POST'),
      headers: name ? { [name]: value! } : {},
      body: body?.replaceAll(SHOWN_URL, this.url),
      signal: AbortSignal.timeout(ENDS_WITHIN_MS),
    });
    this.output = await response.text();
  }

  /** Each line comes, each behind the one before. */
  private async expectLog(text: string): Promise<void> {
    if (!this.server) await this.start('run standalone');
    const lines = text.split('\n').map((line) => this.asShown(line).source);
    await this.server!.waitForOutput(new RegExp(lines.join('[^]*')), { timeoutMs: ENDS_WITHIN_MS });
  }

  private asShown(line: string): RegExp {
    return shown(line.replaceAll(SHOWN_URL, this.url));
  }

  private async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    const { code, signal } = await server.stop({ timeoutMs: STARTS_WITHIN_MS });
    if (code === 0 || signal === 'SIGTERM') return; // Nest passes the signal on to itself when it is done.
    throw new Error(`${this.program!.title} ended with ${signal ?? code}:\n${server.output}`);
  }
}
