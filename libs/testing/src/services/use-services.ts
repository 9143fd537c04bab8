import { createDatabase, type TestDatabase } from './postgres';
import { createVhost, type TestVhost } from './rabbitmq';

declare global {
  /** Run in reverse order after the last hook of the test file; see jest-environment.js. */
  var afterTestFile: (() => Promise<void>)[];
}

export interface ServicesOptions {
  /** Runs once on the fresh database, e.g. the migrations. */
  prepare?: (databaseUrl: string) => Promise<void>;
}

/** The services of one test file, there from its first `beforeAll` to its last `afterAll`. */
export interface Services {
  readonly postgres: TestDatabase;
  readonly rabbitmq: TestVhost;
}

/**
 * Gives the calling test file a Postgres database and a RabbitMQ virtual host of its own, or the one that it names:
 *
 *     const services = useServices('postgres');
 *     it('…', () => connect(services.postgres.url));
 *
 * Both are removed after the last test. A service that is not there fails the file; it never skips a test.
 */
export function useServices(...wanted: ServiceRequest): Services {
  const { names, options } = parseRequest(wanted);
  const running: { postgres?: TestDatabase; rabbitmq?: TestVhost } = {};

  beforeAll(async () => {
    if (names.includes('rabbitmq')) afterTestFile.push((running.rabbitmq = await createVhost()).drop);
    if (names.includes('postgres')) {
      afterTestFile.push((running.postgres = await createDatabase()).drop);
      await options.prepare?.(running.postgres.url);
    }
  });

  return {
    get postgres() {
      return started(running.postgres, 'postgres');
    },
    get rabbitmq() {
      return started(running.rabbitmq, 'rabbitmq');
    },
  };
}

type ServiceName = 'postgres' | 'rabbitmq';
type ServiceRequest = ServiceName[] | [...ServiceName[], ServicesOptions];

function parseRequest(wanted: ServiceRequest): { names: ServiceName[]; options: ServicesOptions } {
  const names: ServiceName[] = [];
  let options: ServicesOptions = {};
  for (const item of wanted) {
    if (typeof item === 'string') names.push(item);
    else options = item;
  }
  return { names: names.length > 0 ? names : ['postgres', 'rabbitmq'], options };
}

function started<T>(service: T | undefined, name: ServiceName): T {
  if (service) return service;
  throw new Error(`${name} is there only inside hooks and tests, and only if useServices() was asked for it`);
}
