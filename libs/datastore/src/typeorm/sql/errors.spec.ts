import { toDatastoreError } from './errors';

const failed = (fields: object, message = 'secret SQL'): Error => Object.assign(new Error(message), fields);

describe('errors of Postgres', () => {
  it.each([
    '08006',
    '28P01',
    '3D000',
    '40001',
    '40P01',
    '53100',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P03',
    '58030',
    '25006',
  ])('that go away by themselves or by an operator are worth a retry: %s', (code) => {
    expect(toDatastoreError(failed({ code }))).toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });

  it.each([
    [{ code: 'ECONNREFUSED' }, ''],
    [{ code: 'ECONNRESET' }, ''],
    [{ code: 'ENOTFOUND' }, ''],
    [{}, 'Connection terminated unexpectedly'],
    [{}, 'Client has encountered a connection error and is not queryable'],
    [{}, 'timeout exceeded when trying to connect'],
    [{}, 'Query read timeout'],
    [{}, 'Cannot use a pool after calling end on the pool'],
    [{}, 'lost the connection to the embedded database: its thread ended'],
  ])('of the connection are worth a retry: %j %s', (fields, message) => {
    expect(toDatastoreError(failed(fields, message))).toMatchObject({ code: 'DATASTORE_UNAVAILABLE' });
  });

  it.each([
    [{ code: '23505', table: 'users', constraint: 'users_username_key' }, 'DUPLICATE', 'users.username is taken'],
    [{ code: '23505', table: 'jobs_progress', constraint: 'jobs_progress_pkey' }, 'DUPLICATE', 'jobs.id is taken'],
    [{ code: '23502', table: 'jobs', column: 'name' }, 'INVALID_VALUE', 'jobs.name cannot be stored'],
    [
      { code: '23503', table: 'jobs_perms', constraint: 'jobs_perms_user_id_fkey' },
      'INVALID_VALUE',
      'jobs_perms.user_id cannot be stored',
    ],
    [{ code: '22P05' }, 'INVALID_VALUE', 'a value cannot be stored'],
    [{ code: '54000' }, 'INVALID_VALUE', 'a value cannot be stored'],
    [{ code: '42P01' }, 'DATASTORE_UNAVAILABLE', 'the database has no current schema: run `tork migration`'],
  ])('name what they are about, and no SQL: %j', (fields, code, message) => {
    const cause = failed(fields);

    expect(toDatastoreError(cause)).toMatchObject({ code, message, cause });
  });

  it('are found inside TypeORM’s', () => {
    const wrapped = failed({ driverError: failed({ code: '57P01' }) });

    expect(toDatastoreError(wrapped)).toMatchObject({ code: 'DATASTORE_UNAVAILABLE', cause: wrapped });
  });

  it('that are faults of ours stay what they are', () => {
    for (const cause of [failed({ code: '42601' }), new TypeError('x is not a function'), 'text', undefined]) {
      expect(toDatastoreError(cause)).toBe(cause);
    }
  });
});
