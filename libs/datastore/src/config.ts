import { duration, int, list, text } from '@tork/config';
import { z } from 'zod';
import { DsnError, parseDsn } from './dsn';

const MINUTE_MS = 60_000;

/** A retention below a minute would delete what is still being looked at. */
const retention = (what: string) =>
  duration.refine((ms) => ms >= MINUTE_MS, { error: `${what} retention period can not be under 1 minute` });

/** Values of zero or less are the default, as in the original. */
const connections = int.transform((n) => (n > 0 ? n : 25));

const dsn = text.superRefine((value, context) => {
  try {
    parseDsn(value);
  } catch (error) {
    context.addIssue(error instanceof DsnError ? error.message : 'expected a data source name');
  }
});

/** The keys `datastore.*`. */
export const datastoreConfig = z.strictObject({
  /**
   * `postgres`, `embedded`, or the name of a registered provider. Default: `embedded` for standalone without a
   * `postgres.dsn`, else `postgres`.
   */
  type: text.optional(),
  embedded: z
    .strictObject({
      /** Folder of the embedded Postgres; created where it is missing. One process at a time. `memory://` keeps nothing. */
      path: text.prefault('tork-data'),
    })
    .prefault({}),
  postgres: z
    .strictObject({
      /** Key/value or URL form. Default: `host=localhost user=tork password=tork dbname=tork port=5432 sslmode=disable`. */
      dsn: dsn.optional(),
      /** Most connections at a time. */
      max_open_conns: connections.prefault(25),
      /** Connections beyond this many are closed when they are given back. */
      max_idle_conns: connections.prefault(25),
      /** A connection is replaced when it is older. */
      conn_max_lifetime: duration.prefault('1h'),
      /** An unused connection is closed after this long. */
      conn_max_idle_time: duration.prefault('5m'),
    })
    .prefault({}),
  encryption: z
    .strictObject({
      /** Passphrase for secrets at rest. Empty: they are stored as they are. */
      key: text.prefault(''),
      /** Earlier passphrases, with which is only decrypted. */
      keys: list.prefault([]),
    })
    .prefault({}),
  retention: z
    .strictObject({
      logs: z.strictObject({ duration: retention('logs').prefault('168h') }).prefault({}),
      jobs: z.strictObject({ duration: retention('jobs').prefault('8760h') }).prefault({}),
    })
    .prefault({}),
});
export type DatastoreConfig = z.output<typeof datastoreConfig>;

/** Where Postgres is when nothing says so. */
export const DEFAULT_DSN = 'host=localhost user=tork password=tork dbname=tork port=5432 sslmode=disable';
