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
      bodylimit: 500_000,
      logger: { enabled: true, level: 'DEBUG', skip: ['GET /health'] },
    });
  });

  it('takes the level in any case', () => {
    expect(webConfig.parse({ logger: { level: 'info' } }).logger.level).toBe('INFO');
  });

  it.each([
    [{ logger: { level: 'LOUD' } }, 'expected one of TRACE, DEBUG, INFO, WARN, ERROR'],
    [{ bodylimit: 'much' }, 'expected a size such as 500K or 1MiB'],
  ])('refuses %p', (input, message) => {
    expect(webConfig.safeParse(input).error?.issues[0]?.message).toBe(message);
  });
});
