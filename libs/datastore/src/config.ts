import { duration, int, text } from '@tork/config';
import { z } from 'zod';

const MINUTE_MS = 60_000;

/** A retention below a minute would delete what is still being looked at. */
const retention = (what: string) =>
  duration.refine((ms) => ms >= MINUTE_MS, { error: `${what} retention period can not be under 1 minute` });

/** Values of zero or less are the default, as in the original. */
const connections = int.transform((n) => (n > 0 ? n : 25));

/** The keys `datastore.*`. */
export const datastoreConfig = z.object({
  /**
   * `postgres`, `embedded`, or the name of a registered provider. Default: `embedded` for standalone without a
   * `postgres.dsn`, else `postgres`.
   */
  type: text.optional(),
  embedded: z
    .object({
      /** Folder of the embedded Postgres; created where it is missing. One process at a time. */
      path: text.prefault('tork-data'),
    })
    .prefault({}),
  postgres: z
    .object({
      /** Key/value or URL form. Default: `host=localhost user=tork password=tork dbname=tork port=5432 sslmode=disable`. */
      dsn: text.optional(),
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
  retention: z
    .object({
      logs: z.object({ duration: retention('logs').prefault('168h') }).prefault({}),
      jobs: z.object({ duration: retention('jobs').prefault('8760h') }).prefault({}),
    })
    .prefault({}),
});
export type DatastoreConfig = z.output<typeof datastoreConfig>;

/** Where Postgres is when nothing says so. */
export const DEFAULT_DSN = 'host=localhost user=tork password=tork dbname=tork port=5432 sslmode=disable';
