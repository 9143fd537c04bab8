import type { DynamicModule, Type } from '@nestjs/common';
import type { EndpointHandler, EndpointMethod, WebContext } from '@tork/api';
import type { JobContext, LogContext, MiddlewareEntry, NodeContext, TaskContext } from '@tork/middleware';
import type { Mounter, Runtime } from '@tork/runtime';
import { Registrations } from './registrations';
import type { BrokerProvider, DatastoreProvider } from './registrations';

/**
 * What an embedding program adds to Tork. Chains are in order: registered first, outermost. What is registered is checked
 * at once: a wrong argument, or a name that is taken, is a RegistrationError.
 */
export class Extensions {
  /** @internal */
  readonly registrations = new Registrations();

  /**
   * Wraps every request to the API, also to paths that do not exist: it may change the request, answer it, or change the
   * answer behind `await next()`.
   */
  registerWebMiddleware(middleware: MiddlewareEntry<WebContext>): this {
    this.idle('registerWebMiddleware').addMiddleware('web', middleware);
    return this;
  }

  /** Adds a route to the API. The same method and path again replace it; a route of Tork's own cannot be replaced. */
  registerEndpoint(method: EndpointMethod, path: string, handler: EndpointHandler): this {
    this.idle('registerEndpoint').addEndpoint(method, path, handler);
    return this;
  }

  /** Wraps what happens to jobs in the coordinator, and what the API shows of them. */
  registerJobMiddleware(middleware: MiddlewareEntry<JobContext>): this {
    this.idle('registerJobMiddleware').addMiddleware('job', middleware);
    return this;
  }

  /** Wraps what happens to tasks in the coordinator, their runs in the worker, and what the API shows of them. */
  registerTaskMiddleware(middleware: MiddlewareEntry<TaskContext>): this {
    this.idle('registerTaskMiddleware').addMiddleware('task', middleware);
    return this;
  }

  /** Wraps the heartbeats of nodes in the coordinator. */
  registerNodeMiddleware(middleware: MiddlewareEntry<NodeContext>): this {
    this.idle('registerNodeMiddleware').addMiddleware('node', middleware);
    return this;
  }

  /** Wraps the log parts that the API shows. */
  registerLogMiddleware(middleware: MiddlewareEntry<LogContext>): this {
    this.idle('registerLogMiddleware').addMiddleware('log', middleware);
    return this;
  }

  /** Runs tasks instead of what `runtime.type` names. */
  registerRuntime(runtime: Runtime): this {
    this.idle('registerRuntime').setRuntime(runtime);
    return this;
  }

  /**
   * Mounts what tasks ask for as `type`, in the runtime of this name (`docker`, `podman`, or a registered one). It may
   * take the place of `volume`, `bind` or `tmpfs`.
   */
  registerMounter(runtime: string, type: string, mounter: Mounter): this {
    this.idle('registerMounter').addMounter(runtime, type, mounter);
    return this;
  }

  /** Offers a broker under a name that `broker.type` can have; that of one of Tork's takes its place. */
  registerBrokerProvider(name: string, provider: BrokerProvider): this {
    this.idle('registerBrokerProvider').addBroker(name, provider);
    return this;
  }

  /** Offers a datastore under a name that `datastore.type` can have, likewise. */
  registerDatastoreProvider(name: string, provider: DatastoreProvider): this {
    this.idle('registerDatastoreProvider').addDatastore(name, provider);
    return this;
  }

  /** Adds a Nest module to the application: its controllers, guards, interceptors and decorated middleware. */
  registerModule(module: Type | DynamicModule): this {
    this.idle('registerModule').addModule(module);
    return this;
  }

  /** @internal Where something may be registered now. */
  protected idle(_call: string): Registrations {
    return this.registrations;
  }
}
