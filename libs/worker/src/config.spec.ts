import { leaseWithMargin, workerConfig } from './config';

const faultsOf = (input: object) =>
  workerConfig.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('workerConfig', () => {
  it('has a default for everything', () => {
    expect(workerConfig.parse({})).toEqual({
      address: '',
      name: 'Worker',
      queues: { default: 1 },
      limits: { cpus: '', memory: '', timeout: '' },
      heartbeat: { interval: 5_000 },
      lease: 20_000,
      release: { after: 10_000 },
      shutdown: { grace: 15_000 },
      abort: { grace: 30_000 },
    });
  });

  it('takes the queues as they are given', () => {
    expect(workerConfig.parse({ queues: { highcpu: '2', none: 0 } }).queues).toEqual({ highcpu: 2, none: 0 });
  });

  it('keeps the default timeout as text', () => {
    expect(workerConfig.parse({ limits: { timeout: '1h30m' } }).limits.timeout).toBe('1h30m');
  });

  it('lists all faults with their keys', () => {
    const faults = faultsOf({ address: '8001', queues: { default: -1 }, limits: { timeout: '1d' } });

    expect(faults).toEqual([
      'address: expected host:port or :port',
      expect.stringMatching(/^queues\.default: /),
      'limits.timeout: expected a duration such as 30m: time: unknown unit "d" in duration "1d"',
    ]);
  });

  it('refuses heartbeats so rare that one that is lost ends the lease', () => {
    expect(faultsOf({ heartbeat: { interval: '8s' } })).toEqual([
      'heartbeat.interval: expected at most three eighths of worker.lease, or one lost heartbeat ends the lease',
    ]);
    expect(faultsOf({ heartbeat: { interval: '7500ms' } })).toBeUndefined();
  });
});

it('leaves a quarter of the lease for ending what runs', () => {
  expect(leaseWithMargin(20_000)).toBe(15_000);
});
