import { targetOf } from './pool-config';

const settings = { maxOpen: 7, maxIdle: 3, maxLifetimeMs: 3_600_000, maxIdleMs: 300_000 };
const target = (dsn: string) => targetOf({ dsn, ...settings });

describe('the connection to Postgres', () => {
  it('is what the data source name says', () => {
    const { pool, ...rest } = target('host=db port=5433 user=u password=p dbname=d sslmode=disable connect_timeout=3');

    expect(rest).toEqual({ host: 'db', port: 5433, sslMode: 'disable', statementTimeoutMs: 30_000 });
    expect(pool).toMatchObject({ host: 'db', port: 5433, user: 'u', password: 'p', database: 'd', ssl: false });
    expect(pool).toMatchObject({ max: 7, idleTimeoutMillis: 300_000, maxLifetimeSeconds: 3600 });
    expect(pool).toMatchObject({ connectionTimeoutMillis: 3_000, application_name: 'tork' });
  });

  it('has the defaults of libpq, the database called like the user', () => {
    expect(target('user=u').pool).toMatchObject({ host: 'localhost', port: 5432, database: 'u' });
    expect(target('user=u').pool).toMatchObject({ connectionTimeoutMillis: 10_000 });
  });

  it('takes other parameters as settings of the server, ours where it says nothing', () => {
    const { options } = target("user=u search_path='tork, public' statement_timeout=5000 jit=on options='-c a=b'").pool;

    expect(options).toContain('-c a=b -c timezone=UTC');
    expect(options).toContain('-c search_path=tork,\\ public');
    expect(options).toContain('-c jit=on');
    expect(options).toContain('-c statement_timeout=5000ms');
    expect(options?.match(/jit|statement_timeout/g)).toHaveLength(2);
  });

  it.each([
    ['host=localhost', 'disable'],
    ['host=127.0.0.1', 'disable'],
    ['host=/var/run/postgresql', 'disable'],
    ['host=db', 'prefer'],
    ['host=db sslmode=allow', 'prefer'],
    ['host=localhost sslmode=require', 'require'],
    ['postgres://db/d?sslmode=verify-full', 'verify-full'],
  ])('is encrypted as far as wanted: %s', (dsn, mode) => {
    expect(target(dsn).sslMode).toBe(mode);
  });

  it.each([
    ['require', { rejectUnauthorized: false }],
    ['verify-ca', { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }],
    ['verify-full', { rejectUnauthorized: true }],
  ])('asks for as much proof as %s means', (mode, tls) => {
    expect(target(`host=db sslmode=${mode}`).pool.ssl).toMatchObject(tls);
    expect('checkServerIdentity' in (target(`host=db sslmode=${mode}`).pool.ssl as object)).toBe(
      mode !== 'verify-full',
    );
  });

  it.each([
    ['port=0', "expected a port, found '0'"],
    ['port=x', "expected a port, found 'x'"],
    ['sslmode=maybe', 'expected sslmode disable, allow, prefer, require, verify-ca or verify-full'],
    ['host=db sslmode=verify-ca sslrootcert=/no/such/file', 'expected sslrootcert to name a readable file'],
  ])('is refused where it makes no sense: %s', (dsn, message) => {
    expect(() => target(dsn)).toThrow(message);
  });
});
