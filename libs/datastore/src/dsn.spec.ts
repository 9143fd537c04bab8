import { DsnError, parseDsn } from './dsn';

describe('a data source name', () => {
  it.each([
    [
      'host=db port=5433 user=u password=p dbname=d sslmode=disable',
      { host: 'db', port: '5433', user: 'u', password: 'p', dbname: 'd', sslmode: 'disable' },
    ],
    ["  host = db  password = 'it\\'s a \\\\ secret' ", { host: 'db', password: "it's a \\ secret" }],
    ["password='' user=a\\ b", { password: '', user: 'a b' }],
    ['password=a=b', { password: 'a=b' }],
    ['', {}],
    [
      'postgres://u:p@db:5433/d?sslmode=require&statement_timeout=5000',
      {
        host: 'db',
        port: '5433',
        user: 'u',
        password: 'p',
        dbname: 'd',
        sslmode: 'require',
        statement_timeout: '5000',
      },
    ],
    ['postgresql://u%40x:p%2F%3A@db/d', { host: 'db', user: 'u@x', password: 'p/:', dbname: 'd' }],
    ['postgres://[::1]:5432/d', { host: '::1', port: '5432', dbname: 'd' }],
    ['postgres://db', { host: 'db' }],
    ['postgres:///d?host=/var/run/postgresql', { host: '/var/run/postgresql', dbname: 'd' }],
  ])('%s', (dsn, parameters) => {
    expect(parseDsn(dsn)).toEqual(parameters);
  });

  it.each([
    ['secret', 'expected key=value at character 1'],
    ['host=db secret', 'expected key=value at character 8'],
    ["password='secret", 'expected key=value at character 1'],
    ["password='secret'x", 'expected key=value at character 1'],
    ['postgres://u:secret@db:x/d', 'expected a URL such as postgres://user:password@host:5432/dbname'],
    ['postgres://u:secret%@db/d', 'expected percent signs to begin escapes, as in p%40ssword'],
  ])('is refused without being shown: %s', (dsn, message) => {
    expect(() => parseDsn(dsn)).toThrow(new DsnError(message));
  });
});
