import { apiConfig, webConfig } from './config';

describe('apiConfig', () => {
  it('has every endpoint on when nothing is said', () => {
    expect(apiConfig.parse({})).toEqual({ api: { endpoints: {} } });
  });

  it('takes what variables give', () => {
    const config = apiConfig.parse({ address: 'localhost:8000', api: { endpoints: { users: 'false', jobs: '1' } } });

    expect(config).toEqual({ address: 'localhost:8000', api: { endpoints: { users: false, jobs: true } } });
  });

  it('refuses a switch that is neither on nor off', () => {
    expect(apiConfig.safeParse({ api: { endpoints: { users: 'off' } } }).error?.issues[0]).toMatchObject({
      path: ['api', 'endpoints', 'users'],
      message: 'expected true or false',
    });
  });
});

describe('webConfig', () => {
  it('has the defaults of the original', () => {
    expect(webConfig.parse({})).toEqual({
      cors: { enabled: false, origins: ['*'], methods: ['*'], headers: ['*'], credentials: false },
      basicauth: { enabled: false },
      keyauth: { enabled: false },
      tokenauth: { enabled: false },
      ratelimit: { enabled: false, rps: 20 },
      trusted: { proxies: [] },
      audit: { enabled: false },
      bodylimit: 500_000,
      logger: { enabled: true, level: 'DEBUG', skip: ['GET /health'] },
    });
  });

  it('takes the level in any case', () => {
    expect(webConfig.parse({ logger: { level: 'info' } }).logger.level).toBe('INFO');
  });

  it.each([
    [{ logger: { level: 'LOUD' } }, 'expected one of TRACE, DEBUG, INFO, WARN, ERROR'],
    [{ ratelimit: { rps: 0 } }, 'expected 1 or more'],
    [{ trusted: { proxies: 'proxy.local' } }, 'expected addresses or networks such as 10.0.0.1 or 10.0.0.0/8'],
    [{ trusted: { proxies: '10.0.0.0/33' } }, 'expected addresses or networks such as 10.0.0.1 or 10.0.0.0/8'],
    [{ bodylimit: 'much' }, 'expected a size such as 500K or 1MiB'],
  ])('refuses %p', (input, message) => {
    expect(webConfig.safeParse(input).error?.issues[0]?.message).toBe(message);
  });

  it.each(['*', '**', 'https://*', 'http*', 'https://a.example,*'])(
    'refuses credentials with the origins %s',
    (origins) => {
      const { error } = webConfig.safeParse({ cors: { credentials: true, origins } });

      expect(error?.issues[0]).toMatchObject({
        path: ['cors', 'origins'],
        message: expect.stringMatching(
          /^expected origins by name, because middleware\.web\.cors\.credentials is on; ".+" is/,
        ),
      });
    },
  );

  it.each(['https://app.example', 'https://*.example.com', 'http://localhost:*'])('takes them with %s', (origins) => {
    expect(webConfig.safeParse({ cors: { credentials: true, origins } }).success).toBe(true);
  });
});
