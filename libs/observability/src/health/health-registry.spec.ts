import { createLogger } from '../logging/logger';
import { HealthRegistry } from './health-registry';

const never = () => new Promise<void>(() => undefined);

function registry(timeoutMs?: number) {
  const lines: string[] = [];
  const logger = createLogger({ format: 'json', destination: { write: (line) => void lines.push(line) } });
  return { health: new HealthRegistry(logger, { timeoutMs }), log: () => lines.join('') };
}

it('is UP while every check passes', async () => {
  const { health, log } = registry();
  health.register('broker', async () => undefined);
  health.register('datastore', async () => undefined);

  expect(await health.status()).toBe('UP');
  expect(log()).toBe('');
});

it('is DOWN with the first check that fails, and tells only the log why', async () => {
  const { health, log } = registry();
  health.register('datastore', never);
  health.register('broker', () => Promise.reject(new Error('not connected')));

  expect(await health.status()).toBe('DOWN');
  expect(JSON.parse(log()).error.message).toContain('broker is down: not connected');
});

it('is DOWN when a check throws or takes too long', async () => {
  const { health, log } = registry(20);
  const remove = health.register('runtime', () => {
    throw new Error('no socket');
  });
  expect(await health.status()).toBe('DOWN');
  remove();

  health.register('broker', never);
  expect(await health.status()).toBe('DOWN');
  expect(log()).toContain('broker is down: no answer within 20 ms');
});

it('refuses a name twice', () => {
  const { health } = registry();
  health.register('broker', never);

  expect(() => health.register('broker', never)).toThrow('a health check named broker is registered already');
});
