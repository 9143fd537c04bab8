import { clientOf, RateLimiter } from './rate-limit';

describe('RateLimiter', () => {
  it('lets a burst of a second pass, then as many as come back', () => {
    const limiter = new RateLimiter(2);

    expect([0, 0, 0].map((now) => limiter.take('a', now))).toEqual([0, 0, 500]);
    expect(limiter.take('a', 400)).toBeCloseTo(100);
    expect(limiter.take('a', 500)).toBe(0);
    expect(limiter.take('a', 600)).toBeCloseTo(400);
  });

  it('gives no credit for silence beyond the burst', () => {
    const limiter = new RateLimiter(2);
    limiter.take('a', 0);

    expect([60_000, 60_000, 60_000].map((now) => limiter.take('a', now))).toEqual([0, 0, 500]);
  });

  it('has a bucket for each client', () => {
    const limiter = new RateLimiter(1);
    limiter.take('a', 0);

    expect(limiter.take('a', 0)).toBe(1000);
    expect(limiter.take('b', 0)).toBe(0);
  });

  it('forgets who has been silent for three minutes', () => {
    const limiter = new RateLimiter(1);
    limiter.take('a', 0);
    limiter.take('b', 100_000);

    limiter.take('c', 180_000);

    expect(limiter.clients).toBe(2);
  });

  it('forgets the most silent of too many', () => {
    const limiter = new RateLimiter(1, 3);
    for (const client of ['a', 'b', 'c']) limiter.take(client, 0);
    limiter.take('a', 1);

    limiter.take('d', 2);

    expect(limiter.clients).toBe(3);
    expect(limiter.take('a', 2)).toBeGreaterThan(0);
    expect(limiter.take('b', 2)).toBe(0);
  });
});

describe('clientOf', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0'],
    ['unknown', '127.0.0.1'],
    ['x'.repeat(10_000), '127.0.0.1'],
  ])('%s is %s', (ip, client) => {
    expect(clientOf({ ip, raw: { socket: { remoteAddress: '127.0.0.1' } } })).toBe(client);
  });
});
