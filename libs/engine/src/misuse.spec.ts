import { silentLogger } from '@tork/observability';
import type { Mounter, Runtime } from '@tork/runtime';
import { createBroker, createDatastore, createRuntime } from './adapters';
import { engineConfig, loadEngineConfig } from './config';
import { Engine } from './engine';
import { Extensions } from './extensions';
import type { Mode } from './mode';
import { TorkModule } from './tork.module';

const context = (config: object = {}) => ({ config: engineConfig.parse(config), log: silentLogger() });
const nothing = (() => undefined) as () => never;
const mounter: Mounter = { mount: async (mount) => mount, unmount: async () => undefined };
const quiet = async () => undefined;
const runtime: Runtime = { name: 'mine', start: quiet, run: async () => ({}), health: quiet, close: quiet };

it('a key that a program misspells is refused, wherever it is', () => {
  const misspelt = { 'coordinator.api.endpoint.queues': false, 'middleware.web.cors.origin': '*' };

  expect(() => loadEngineConfig({ env: {}, flags: misspelt })).toThrow(
    /coordinator\.api: unknown key endpoint\n.*middleware\.web\.cors: unknown key origin/,
  );
  expect(() => engineConfig.parse({ datastore: { postgres: { url: 'x' } } })).toThrow('Unrecognized key');
});

/* What the compiler refuses in TypeScript has to be a clear error in JavaScript. */
describe('an engine refuses', () => {
  it.each<[string, () => unknown]>([
    ['engine: expected an object of options, found standalone', () => new Engine('standalone' as never)],
    [
      'config: expected a whole configuration, as engineConfig.parse() or loadEngineConfig() makes it, found one without ' +
        'cli, client, endpoint, logging, datastore,',
      () => new Engine({ config: { broker: { type: 'rabbitmq' } } as never }),
    ],
    [
      'module: expected a module of Nest, a class or what its forRoot makes, found an object of Object',
      () => new Engine().registerModule({} as never),
    ],
  ])('%s', (message, misuse) => {
    expect(misuse).toThrow(message);
  });
});

describe('TorkModule refuses', () => {
  it.each<[string, () => unknown]>([
    ['TorkModule.forRoot: expected an object of options, found undefined', () => TorkModule.forRoot(nothing())],
    [
      'mode: expected one of standalone, coordinator, worker, api, found bogus',
      () => TorkModule.forRoot({ mode: 'bogus' as Mode }),
    ],
    [
      'TorkModule.forRootAsync: useFactory: expected a function, found undefined',
      () => TorkModule.forRootAsync({ mode: 'worker' } as never),
    ],
  ])('%s', (message, misuse) => {
    expect(misuse).toThrow(message);
  });
});

describe('a provider', () => {
  it('is told the configuration and the log', async () => {
    const seen: unknown[] = [];
    const { registrations } = new Extensions().registerBrokerProvider('mine', (given) => {
      seen.push(given);
      throw new Error('no broker today');
    });
    const given = context({ broker: { type: 'mine' } });

    await expect(createBroker(given, registrations)).rejects.toThrow('no broker today');

    expect(seen).toEqual([given]);
  });

  it('has to make what it is for', async () => {
    const { registrations } = new Extensions()
      .registerBrokerProvider('mine', nothing)
      .registerDatastoreProvider('mine', (() => ({ start: quiet })) as never);
    const given = context({ broker: { type: 'mine' }, datastore: { type: 'mine' } });

    await expect(createBroker(given, registrations)).rejects.toThrow(
      /^what the broker provider mine makes: expected an object with the methods start, publish, .*, found undefined$/,
    );
    await expect(createDatastore('worker', given, registrations)).rejects.toThrow(
      /^what the datastore provider mine makes: .* found an object without transaction, health, close$/,
    );
  });
});

describe('a mounter that nobody will ask', () => {
  it.each<[string, Extensions, string]>([
    ['of a runtime that there is not', new Extensions().registerMounter('dockr', 'nfs', mounter), 'dockr'],
    ['of the shell', new Extensions().registerMounter('shell', 'nfs', mounter), 'shell'],
    [
      'of a runtime without mounts',
      new Extensions().registerRuntime(runtime).registerMounter('mine', 'nfs', mounter),
      'mine',
    ],
  ])('%s is refused', async (_, { registrations }, name) => {
    await expect(createRuntime(context({ runtime: { type: 'shell' } }), registrations)).rejects.toThrow(
      `mounter nfs: expected a runtime with mounts (docker, podman), found ${name}`,
    );
  });

  it('unless another configuration has its runtime', async () => {
    const { registrations } = new Extensions().registerMounter('docker', 'nfs', mounter);

    await expect(createRuntime(context({ runtime: { type: 'shell' } }), registrations)).resolves.toBeDefined();
  });
});
