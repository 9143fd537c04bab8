import { Global, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { apiAdapterOf } from '@tork/api';
import type { ApiAdapter } from '@tork/api';
import { BROKER } from '@tork/broker';
import type { Broker } from '@tork/broker';
import { Coordinator } from '@tork/coordinator';
import { DATASTORE } from '@tork/datastore';
import type { Datastore } from '@tork/datastore';
import { MiddlewareModule } from '@tork/middleware';
import { OUTBOX } from '@tork/outbox';
import type { Outbox } from '@tork/outbox';
import { Worker } from '@tork/worker';
import { rolesOf } from './mode';
import type { Mode } from './mode';
import { closeInTurn } from './close-in-turn';
import { Extensions } from './extensions';
import { openPorts } from './ports';
import type { Ports } from './ports';
import { PortsModule } from './ports.module';
import { expectFunction, expectMode, expectOptions } from './registration-error';
import { roleModules } from './role-modules';
import { SETTINGS, settingsOf } from './settings';
import type { Settings, TorkOptions } from './settings';
import { Tork } from './tork';

/** What the composition of the module depends on; it cannot be injected. */
export interface TorkComposition extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  /** What this process does: `standalone`, `coordinator`, `worker` or `api`. */
  mode: Mode;
  /** False leaves the API to a process of its own; the application may then be on any HTTP server, or on none. */
  api?: boolean;
  /** Middleware, endpoints, runtimes and the like; decorated classes need not be registered. */
  extensions?: Extensions;
}

/** `imports`, `controllers` and `providers` become parts of the module, e.g. guards and interceptors of the API. */
export interface TorkModuleOptions extends TorkComposition, TorkOptions {}

/** `useFactory` gets what `inject` names, from `imports` or from global modules. */
export interface TorkModuleAsyncOptions
  extends TorkComposition, Pick<FactoryProvider<TorkOptions>, 'inject' | 'useFactory'> {}

/** The module of a process, and the way to end what it has started where Nest does not. */
export interface Composition {
  module: DynamicModule;
  /**
   * Stops the worker, then the coordinator, then disconnects; each whatever becomes of the others. Nest runs no hook
   * of a shutdown after a start that failed, nor those behind one that failed. Idempotent.
   */
  close(): Promise<void>;
}

/** Provides nothing: it is where the roles that Nest creates become known to their {@link Composition}. */
const ROLES = Symbol('ROLES');

/** Tork in a Nest application: the roles of a mode, with what they share. */
@Global()
@Module({})
export class TorkModule {
  /** The configuration is given, or loaded from file and environment. */
  static forRoot(options: TorkModuleOptions): DynamicModule {
    expectOptions('TorkModule.forRoot', options);
    return TorkModule.compose(options).module;
  }

  /** The configuration is made by other providers, e.g. by a service of the application. */
  static forRootAsync(options: TorkModuleAsyncOptions): DynamicModule {
    expectOptions('TorkModule.forRootAsync', options);
    expectFunction('TorkModule.forRootAsync: useFactory', options.useFactory);
    return TorkModule.composeWith(options, options).module;
  }

  /** @internal */
  static compose({ config, log, ...composition }: TorkModuleOptions): Composition {
    return TorkModule.composeWith(composition, { useFactory: () => ({ config, log }) });
  }

  private static composeWith(
    { api, controllers, extensions = new Extensions(), imports = [], mode, providers = [] }: TorkComposition,
    source: Pick<FactoryProvider<TorkOptions>, 'inject' | 'useFactory'>,
  ): Composition {
    expectMode('mode', mode);
    const roles = rolesOf(mode, { api });
    const { registrations } = extensions;
    let ports: Promise<Ports> | undefined;
    const roleInstances: { close(): Promise<void> }[] = [];
    const module: DynamicModule = {
      module: TorkModule,
      imports: [
        PortsModule.register({
          imports,
          settings: {
            inject: source.inject,
            useFactory: async (...args) => settingsOf(await source.useFactory(...args), roles),
          },
          open: (settings, host) => {
            // Said before anything is opened: Nest closes nothing where an application cannot be made.
            if (roles.api) apiAdapterOf(host);
            return (ports ??= openPorts({ ...settings, mode, roles, registrations }));
          },
        }),
        MiddlewareModule.register(registrations.chains),
        ...roleModules(mode, roles, registrations),
        ...registrations.modules,
        ...imports,
      ],
      controllers,
      providers: [
        ...providers,
        {
          provide: Tork,
          inject: [SETTINGS, HttpAdapterHost, BROKER, DATASTORE, OUTBOX, { token: Worker, optional: true }],
          useFactory: (
            { log }: Settings,
            host: HttpAdapterHost,
            broker: Broker,
            datastore?: Datastore,
            outbox?: Outbox,
            worker?: Worker,
          ) =>
            new Tork({ broker, datastore, outbox, log }, () =>
              urlOf(roles.api ? apiAdapterOf(host) : undefined, worker),
            ),
        },
        {
          provide: ROLES,
          inject: [Worker, Coordinator].map((token) => ({ token, optional: true })),
          useFactory: (worker?: Worker, coordinator?: Coordinator) =>
            void roleInstances.push(...[worker, coordinator].filter((role) => role !== undefined)),
        },
      ],
      exports: [Tork],
    };
    const close = async () => {
      // A failed `open` has closed what it had opened.
      const opened = await ports?.catch(() => undefined);
      await closeInTurn([...roleInstances, ...(opened ? [opened] : [])]);
    };
    return { module, close };
  }
}

function urlOf(server: ApiAdapter | undefined, worker: Worker | undefined): string | undefined {
  if (server) return server.getHttpServer().listening ? server.getInstance().listeningOrigin : undefined;
  return worker?.healthPort ? `http://localhost:${worker.healthPort}` : undefined;
}
