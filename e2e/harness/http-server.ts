import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRaw, spawnProcess, startTork, type RawAnswer, type SpawnedProcess, type TorkServer } from '@tork/testing';
import { CLI } from './cluster';

/** The variables of `middleware.web.*`, by the rest of their names. */
export type WebSettings = Readonly<Record<string, string>>;

/** `tork` on a Postgres database, as an operator runs it, with web middleware of one's choice. */
export class HttpInstallation {
  readonly folder = mkdtempSync(join(tmpdir(), 'tork-http-'));

  constructor(private readonly databaseUrl: string) {
    afterTestFile.push(async () => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Runs a command to its end. */
  async tork(...args: string[]): Promise<SpawnedProcess> {
    const command = spawnProcess(CLI, args, { env: this.env, cwd: this.folder, name: args.join(' ') });
    await command.exited;
    return command;
  }

  /** Runs one that must succeed, and gives what it printed. */
  async output(...args: string[]): Promise<string> {
    const command = await this.tork(...args);
    const { code } = await command.exited;
    if (code !== 0) throw new Error(`tork ${args.join(' ')} ended with ${code}:\n${command.output}`);
    return command.stdout.trim();
  }

  /** `tork run standalone`, once it answers. */
  async start(web: WebSettings = {}): Promise<HttpServer> {
    const settings = Object.entries(web).map(([key, value]) => [`TORK_MIDDLEWARE_WEB_${key}`, value]);
    const env = { ...this.env, TORK_RUNTIME_TYPE: 'shell', ...Object.fromEntries(settings) };
    return new HttpServer(await startTork(CLI, { args: ['run', 'standalone'], env }));
  }

  private get env(): Record<string, string> {
    return {
      TORK_CLI_BANNER_MODE: 'off',
      TORK_LOGGING_FORMAT: 'json',
      TORK_DATASTORE_TYPE: 'postgres',
      TORK_DATASTORE_POSTGRES_DSN: this.databaseUrl,
    };
  }
}

export interface Reply {
  status: number;
  headers: Headers;
  body: { message?: string; [field: string]: unknown };
}

export class HttpServer {
  constructor(readonly tork: TorkServer) {}

  get port(): number {
    return Number(new URL(this.tork.url).port);
  }

  /** A request with a JSON answer, or none. */
  async call(method: string, path: string, headers: Record<string, string> = {}, body?: object): Promise<Reply> {
    const answer = await this.tork.call<Reply['body']>(method, path, {
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: answer.body };
  }

  /** Status, challenge and message of an answer: what a refused client sees. */
  async refusal(method: string, path: string, authorization?: string): Promise<[number, string | null, unknown]> {
    const { status, headers, body } = await this.call(method, path, authorization ? { authorization } : {});
    return [status, headers.get('www-authenticate'), body.message];
  }

  /** Lines of a request as they are, without the empty line at their end. */
  raw(...lines: string[]): Promise<RawAnswer> {
    const text = [...lines, 'Host: tork', 'Connection: close', '', ''].join('\r\n');
    return sendRaw(this.port, Buffer.from(text, 'latin1'));
  }

  /** The lines of its log so far. */
  get log(): Record<string, unknown>[] {
    return this.tork.process.stderr
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
