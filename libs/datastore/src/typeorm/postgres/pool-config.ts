import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { PoolConfig } from 'pg';
import { SESSION_SETTINGS, STATEMENT_TIMEOUT_MS } from '../backend';
import { DsnError, parseDsn } from '../../dsn';
import type { DsnParameters } from '../../dsn';

/** How long a connection may take, unless the DSN has a `connect_timeout` (seconds). */
const CONNECT_TIMEOUT_MS = 10_000;

export interface PostgresSettings {
  /** Key/value or URL form. */
  dsn: string;
  /** Most connections at a time. Default 25. */
  maxOpen?: number;
  /** Connections beyond this many are closed when they are given back. Default 25. */
  maxIdle?: number;
  /** A connection is replaced when it is older. Default 3,600,000: an hour. */
  maxLifetimeMs?: number;
  /** An unused connection is closed after this long. Default 300,000: five minutes. */
  maxIdleMs?: number;
}

/** `prefer`: encrypted if the server can. Absent: not at all on this machine, else as `prefer`. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly sslMode: SslMode;
  readonly statementTimeoutMs: number;
  readonly pool: PoolConfig;
}

/** Parameters that are about the connection; any other is a setting of the server, as with the original's driver. */
const CONNECTION_KEYS = new Set([
  'host',
  'hostaddr',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'connect_timeout',
  'application_name',
  'fallback_application_name',
  'options',
  'client_encoding',
  'target_session_attrs',
  'binary_parameters',
  'keepalives',
  'keepalives_idle',
]);

/** What pg needs to know to reach the server of a DSN. */
export function targetOf(settings: PostgresSettings): Target {
  const { maxIdleMs = 300_000, maxLifetimeMs = 3_600_000, maxOpen = 25 } = settings;
  const dsn = parseDsn(settings.dsn);
  const host = dsn.host || dsn.hostaddr || 'localhost';
  const port = portOf(dsn);
  const sslMode = sslModeOf(dsn, host);
  const connectTimeoutMs = Number(dsn.connect_timeout) > 0 ? Number(dsn.connect_timeout) * 1000 : CONNECT_TIMEOUT_MS;
  const statementTimeoutMs = Number(dsn.statement_timeout) > 0 ? Number(dsn.statement_timeout) : STATEMENT_TIMEOUT_MS;
  return {
    host,
    port,
    sslMode,
    statementTimeoutMs,
    pool: {
      host,
      port,
      user: dsn.user,
      password: dsn.password,
      database: dsn.dbname || dsn.user,
      ssl: sslMode === 'disable' ? false : tlsOptions(sslMode, dsn, host),
      application_name: dsn.application_name || dsn.fallback_application_name || 'tork',
      options: [dsn.options, ...serverSettings(dsn, statementTimeoutMs)].filter(Boolean).join(' '),
      max: maxOpen,
      idleTimeoutMillis: maxIdleMs,
      maxLifetimeSeconds: Math.ceil(maxLifetimeMs / 1000),
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      pipeline: true,
    } as PoolConfig,
  };
}

function portOf({ port }: DsnParameters): number {
  const number = Number(port || 5432);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new DsnError(`expected a port, found '${port}'`);
  return number;
}

function sslModeOf({ sslmode }: DsnParameters, host: string): SslMode {
  switch (sslmode) {
    case undefined:
    case '':
      return isLocal(host) ? 'disable' : 'prefer';
    case 'allow':
      return 'prefer';
    case 'disable':
    case 'prefer':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return sslmode;
    default:
      throw new DsnError(
        `expected sslmode disable, allow, prefer, require, verify-ca or verify-full, found '${sslmode}'`,
      );
  }
}

const isLocal = (host: string): boolean =>
  host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');

/** As in libpq: `require` encrypts without asking who is there, unless there is a certificate to compare with. */
function tlsOptions(mode: SslMode, dsn: DsnParameters, host: string): ConnectionOptions {
  const read = (key: 'sslrootcert' | 'sslcert' | 'sslkey'): Buffer | undefined => {
    const path = dsn[key];
    if (!path) return undefined;
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new DsnError(`expected ${key} to name a readable file, found ${path}`, { cause });
    }
  };
  const ca = read('sslrootcert');
  return {
    ca,
    cert: read('sslcert'),
    key: read('sslkey'),
    passphrase: dsn.sslpassword,
    servername: host,
    rejectUnauthorized: mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined),
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
}

function serverSettings(dsn: DsnParameters, statementTimeoutMs: number): string[] {
  const own = Object.entries(dsn).filter(([key]) => !CONNECTION_KEYS.has(key));
  const settings = { ...SESSION_SETTINGS, ...Object.fromEntries(own), statement_timeout: `${statementTimeoutMs}ms` };
  return Object.entries(settings).map(([key, value]) => `-c ${key}=${escapeOption(value ?? '')}`);
}

/** The server splits the options at white space. */
const escapeOption = (text: string): string => text.replace(/[\s\\]/g, '\\$&');
