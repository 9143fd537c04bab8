import { checkConfig } from './check-config';
import { engineConfig } from './config';
import { rolesOf } from './mode';
import type { Mode } from './mode';

const check = (mode: Mode, config: object) => checkConfig(engineConfig.parse(config), rolesOf(mode));
const rabbitmq = (timeout: string) => ({ type: 'rabbitmq', rabbitmq: { consumer: { timeout } } });

it.each(['standalone', 'coordinator', 'worker', 'api'] as const)('has nothing against the defaults of %s', (mode) => {
  expect(check(mode, {})).toEqual([]);
  expect(check(mode, { broker: { type: 'rabbitmq' } })).toEqual([]);
});

it('refuses deliveries that RabbitMQ would take back before they are given up', () => {
  const config = { broker: rabbitmq('15s') };

  expect(() => check('worker', config)).toThrow(
    'worker.release.after: expected at most half of broker.rabbitmq.consumer.timeout (7.5s), found 10s',
  );
  expect(check('coordinator', config)).toEqual([]);
  expect(check('worker', { ...config, worker: { release: { after: '7s' } } })).toEqual([]);
});

it('refuses a worker that believes in its lease for longer than its coordinator', () => {
  expect(() => check('standalone', { worker: { lease: '1m' } })).toThrow(
    'worker.lease: expected at most coordinator.lease (20s), found 1m0s',
  );
  expect(check('standalone', { worker: { lease: '1m' }, coordinator: { lease: '1m' } })).toEqual([]);
});

it('warns where the lease of the coordinators is configured elsewhere', () => {
  expect(check('worker', { worker: { lease: '1m' } })).toEqual([
    expect.stringMatching(/^worker\.lease is 1m0s: the coordinators must have .* at least that \(here it is 20s\)/),
  ]);
});

it('refuses a coordinator that would be silent for most of a lease', () => {
  expect(() => check('coordinator', { coordinator: { heartbeat: { interval: '15s' } } })).toThrow(
    'coordinator.heartbeat.interval: expected at most half of coordinator.lease (10s), found 15s',
  );
});

it.each([
  { coordinator: { sweep: { interval: '0s' } } },
  { coordinator: { heartbeat: { interval: '0s' } } },
  { coordinator: { lease: '0s' } },
  { worker: { heartbeat: { interval: '0s' } } },
])('takes no interval for a hot loop: %j', (config) => {
  expect(() => engineConfig.parse(config)).toThrow('expected a duration of at least');
});
