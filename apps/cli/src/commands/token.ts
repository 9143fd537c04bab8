import { isDuration, parseDuration } from '@tork/core';
import type { ApiToken } from '@tork/core';
import { issueToken, loadEngineConfig, openDatastore } from '@tork/engine';
import type { Terminal } from '../terminal';

export interface CreateTokenOptions {
  name: string;
  scope: string;
  user?: string;
  expires?: string;
}

type Tokens = Awaited<ReturnType<typeof openDatastore>>;

/**
 * Makes an API token. Its text is all that is printed on standard output, and it is printed this once; what it is follows
 * on standard error. Returns the exit code.
 */
export async function createToken(options: CreateTokenOptions, terminal: Terminal): Promise<number> {
  const { expires, ...rest } = options;
  const expiresAt = expires === undefined ? undefined : new Date(Date.now() + lifetimeMs(expires));
  return withDatastore(terminal, async (datastore) => {
    const { text, token } = await issueToken(datastore, { ...rest, expiresAt });
    terminal.out(text);
    terminal.err(`${describe(token)}. Keep it: it is not shown again.`);
    return 0;
  });
}

/** Lists API tokens as a table, without what makes them secret. Returns the exit code. */
export async function listTokens(terminal: Terminal): Promise<number> {
  return withDatastore(terminal, async (datastore) => {
    const rows = (await datastore.tokens()).map((token) => [
      token.name,
      token.prefix,
      token.scope,
      token.user?.username ?? '-',
      dateOf(token.createdAt),
      dateOf(token.expiresAt),
      dateOf(token.lastUsedAt),
    ]);
    for (const line of table([['NAME', 'PREFIX', 'SCOPE', 'USER', 'CREATED', 'EXPIRES', 'LAST USED'], ...rows])) {
      terminal.out(line);
    }
    return 0;
  });
}

/** Deletes the API token of a name; what is sent with it from then on is refused. Returns the exit code. */
export async function revokeToken(name: string, terminal: Terminal): Promise<number> {
  return withDatastore(terminal, async (datastore) => {
    const token = (await datastore.tokens()).find((each) => each.name === name);
    if (!token || !(await datastore.deleteToken(token.id))) {
      terminal.err(`there is no token named ${name}`);
      return 1;
    }
    terminal.out(`token ${name} is revoked`);
    return 0;
  });
}

async function withDatastore(terminal: Terminal, run: (datastore: Tokens) => Promise<number>): Promise<number> {
  const { config } = loadEngineConfig(terminal);
  const datastore = await openDatastore(config);
  try {
    return await run(datastore);
  } finally {
    await datastore.close();
  }
}

const DAY_MS = 24 * 60 * 60_000;
/** Further off are dates that no one can write. */
const MAX_DAYS = 36_500;

/** The milliseconds of `30d`, or of a duration as elsewhere. */
function lifetimeMs(text: string): number {
  const days = /^(\d+)d$/.exec(text);
  const ms = days ? Number(days[1]) * DAY_MS : isDuration(text) ? parseDuration(text) : NaN;
  if (ms > 0 && ms <= MAX_DAYS * DAY_MS) return ms;
  throw new Error(`--expires: expected a time such as 30d or 12h, found ${text}`);
}

function describe({ expiresAt, name, scope, user }: ApiToken): string {
  const holder = user ? ` of ${user.username}` : '';
  return `token ${name}${holder}, scope ${scope}, ${expiresAt ? `expires ${dateOf(expiresAt)}` : 'does not expire'}`;
}

const dateOf = (date: Date | undefined): string => date?.toISOString().replace(/:\d\d\.\d+Z$/, 'Z') ?? '-';

/** Rows with their columns under one another. */
function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
