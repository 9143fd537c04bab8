import { DatastoreUnavailableError, DuplicateError, InvalidValueError } from '../../errors';

/** What an error of Postgres says, as far as it matters here. Errors of sockets have a `code` too. */
interface DatabaseError extends Error {
  code?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

/**
 * Postgres error classes (the first two characters of a code) and codes that go away by themselves or by an operator's
 * hand: connection, authorisation, resources, shutdown, I/O, locks, deadlocks, a server that became a replica.
 */
const UNAVAILABLE = ['08', '28', '3D', '53', '57', '58', '25006', '25P03', '40', '55P03'];
/** Data that does not fit its column, constraints, limits of the implementation. */
const INVALID = ['22', '23', '54'];
const UNIQUE_VIOLATION = '23505';
/** The table or column is not there: nobody has migrated. */
const NO_SCHEMA = ['42P01', '42703', '42883'];

/** What pg and pg-pool say about connections, where they give no code. */
const LOST_CONNECTION = /connection|timeout exceeded when trying to connect|query read timeout|pool after calling end/i;

/**
 * The error of the port that an error of pg, pg-pool or a socket stands for. The message names no SQL and no values;
 * those are in `cause`, for the log. What is none of the port's errors is a fault of ours, and stays what it is.
 */
export function toDatastoreError(cause: unknown): unknown {
  const error = driverError(cause);
  if (!(error instanceof Error)) return cause;
  const code = error.code ?? '';
  const is = (prefixes: readonly string[]) => prefixes.some((prefix) => code.startsWith(prefix));

  if (code === UNIQUE_VIOLATION) return new DuplicateError(`${fieldOf(error)} is taken`, { cause });
  if (is(NO_SCHEMA)) {
    return new DatastoreUnavailableError('the database has no current schema: run `tork migration`', { cause });
  }
  if (is(UNAVAILABLE)) return new DatastoreUnavailableError('the datastore is not available', { cause });
  if (is(INVALID)) return new InvalidValueError(`${fieldOf(error)} cannot be stored`, { cause });
  if (isSocketError(code) || (code === '' && LOST_CONNECTION.test(error.message))) {
    return new DatastoreUnavailableError('the connection to the datastore is lost', { cause });
  }
  return cause;
}

/** `users.username` for the constraint `users_username_key`; the table alone, or `a value`, where Postgres says less. */
function fieldOf({ table, column, constraint }: DatabaseError): string {
  if (!table) return 'a value';
  const ofConstraint = constraint?.startsWith(`${table}_`)
    ? constraint.slice(table.length + 1).replace(/_(key|pkey|fkey|check|not_null)$/, '')
    : undefined;
  const field = column ?? ofConstraint?.replace(/^pkey$/, 'id');
  // Only the tables know that a job has two rows.
  const name = table.replace(/_progress$/, '');
  return field ? `${name}.${field}` : name;
}

/** TypeORM wraps what the driver threw. */
function driverError(cause: unknown): DatabaseError | undefined {
  if (!(cause instanceof Error)) return undefined;
  return 'driverError' in cause && cause.driverError instanceof Error ? cause.driverError : cause;
}

const isSocketError = (code: string): boolean => /^E[A-Z]+$/.test(code) || code.startsWith('ERR_SSL');
