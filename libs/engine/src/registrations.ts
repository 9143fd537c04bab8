import type { DynamicModule, Type } from '@nestjs/common';
import { ENDPOINT_METHODS } from '@tork/api';
import type { Endpoint, EndpointHandler, EndpointMethod, WebContext } from '@tork/api';
import type { Broker } from '@tork/broker';
import type { Datastore } from '@tork/datastore';
import type { JobContext, LogContext, MiddlewareEntry, NodeContext, TaskContext } from '@tork/middleware';
import type { Logger } from '@tork/observability';
import type { Mounter, Runtime } from '@tork/runtime';
import type { EngineConfig } from './config';
import {
  expectFunction,
  expectMethods,
  expectMiddleware,
  expectName,
  refuse,
  RegistrationError,
} from './registration-error';

/** What a provider may want to know of the process that it makes something for. */
export interface ProviderContext {
  readonly config: EngineConfig;
  /** The log of the process. */
  readonly log: Logger;
}

/** Makes a broker of one's own; called once, when the process starts. It is started and closed by the engine. */
export type BrokerProvider = (context: ProviderContext) => Broker | Promise<Broker>;
/** Makes a datastore of one's own, likewise. */
export type DatastoreProvider = (context: ProviderContext) => Datastore | Promise<Datastore>;

/** What each link of a chain is called for. */
export interface ChainContexts {
  web: WebContext;
  job: JobContext;
  task: TaskContext;
  node: NodeContext;
  log: LogContext;
}

/** What an embedding program adds to the engine before its start. Chains are in order: first registered, outermost. */
export class Registrations {
  readonly chains: { readonly [K in keyof ChainContexts]: MiddlewareEntry<ChainContexts[K]>[] } = {
    web: [],
    job: [],
    task: [],
    node: [],
    log: [],
  };
  readonly brokers = new Map<string, BrokerProvider>();
  readonly datastores = new Map<string, DatastoreProvider>();
  /** By runtime, then by mount type. */
  readonly mounters = new Map<string, Record<string, Mounter>>();
  readonly modules: (Type | DynamicModule)[] = [];
  runtime: Runtime | undefined;
  private readonly byRoute = new Map<string, Endpoint>();

  get endpoints(): readonly Endpoint[] {
    return [...this.byRoute.values()];
  }

  addMiddleware<K extends keyof ChainContexts>(kind: K, middleware: MiddlewareEntry<ChainContexts[K]>): void {
    expectMiddleware(`${kind} middleware`, middleware);
    this.chains[kind].push(middleware);
  }

  addEndpoint(method: string, path: string, handle: EndpointHandler): void {
    const upper = String(method).toUpperCase() as EndpointMethod;
    if (!ENDPOINT_METHODS.includes(upper)) {
      throw new RegistrationError(`endpoint: expected a method of ${ENDPOINT_METHODS.join(', ')}, found ${method}`);
    }
    if (typeof path !== 'string' || !/^\/[^\s?#]*$/.test(path)) {
      throw new RegistrationError(`endpoint ${upper}: expected a path such as /things/:id, found ${path}`);
    }
    const route = `${upper} ${path}`;
    expectFunction(`endpoint ${route}`, handle);
    this.byRoute.set(route, { method: upper, path, handle });
  }

  addBroker(name: string, provider: BrokerProvider): void {
    expectName('broker provider', name);
    expectFunction(`broker provider ${name}`, provider);
    if (this.brokers.has(name)) throw new RegistrationError(`a broker named ${name} is registered already`);
    this.brokers.set(name, provider);
  }

  addDatastore(name: string, provider: DatastoreProvider): void {
    expectName('datastore provider', name);
    expectFunction(`datastore provider ${name}`, provider);
    if (this.datastores.has(name)) throw new RegistrationError(`a datastore named ${name} is registered already`);
    this.datastores.set(name, provider);
  }

  setRuntime(runtime: Runtime): void {
    expectMethods('runtime', runtime, ['start', 'run', 'health', 'close']);
    expectName('runtime', runtime.name);
    if (this.runtime) throw new RegistrationError(`a runtime is registered already: ${this.runtime.name}`);
    this.runtime = runtime;
  }

  addMounter(runtime: string, type: string, mounter: Mounter): void {
    expectName('mounter: its runtime', runtime);
    expectName(`mounter of ${runtime}: its mount type`, type);
    expectMethods(`mounter ${type} of ${runtime}`, mounter, ['mount', 'unmount']);
    const mounters = this.mountersOf(runtime);
    if (Object.hasOwn(mounters, type)) {
      throw new RegistrationError(`a mounter of type ${type} is registered already for runtime ${runtime}`);
    }
    this.mounters.set(runtime, { ...mounters, [type]: mounter });
  }

  addModule(module: Type | DynamicModule): void {
    const isModule = [module, (module as DynamicModule | undefined)?.module].some((part) => typeof part === 'function');
    if (!isModule) refuse('module', 'a module of Nest, a class or what its forRoot makes', module);
    this.modules.push(module);
  }

  mountersOf(runtime: string): Readonly<Record<string, Mounter>> {
    return this.mounters.get(runtime) ?? {};
  }
}
