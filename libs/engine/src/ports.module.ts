import { Inject, Injectable, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata, OnApplicationShutdown, Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BROKER } from '@tork/broker';
import { DATASTORE } from '@tork/datastore';
import { OUTBOX } from '@tork/outbox';
import { RUNTIME } from '@tork/runtime';
import type { Ports } from './ports';
import { SETTINGS } from './settings';
import type { Settings } from './settings';

const PORTS = Symbol('PORTS');

/** Disconnects when every role has stopped: Nest ends global modules last. */
@Injectable()
class PortsLife implements OnApplicationShutdown {
  constructor(@Inject(PORTS) private readonly ports: Ports) {}

  onApplicationShutdown(): Promise<void> {
    return this.ports.close();
  }
}

export interface PortsModuleOptions extends Pick<ModuleMetadata, 'imports'> {
  settings: Pick<FactoryProvider<Settings>, 'inject' | 'useFactory'>;
  open(settings: Settings, host: HttpAdapterHost): Promise<Ports>;
}

/** Offers the settings of the process, and its ports under their tokens, to every module. */
@Module({})
export class PortsModule {
  static register({ imports, open, settings }: PortsModuleOptions): DynamicModule {
    const port = (token: symbol, key: keyof Ports): Provider => ({
      provide: token,
      inject: [PORTS],
      useFactory: (ports: Ports) => ports[key],
    });
    return {
      module: PortsModule,
      global: true,
      imports,
      providers: [
        { provide: SETTINGS, ...settings },
        { provide: PORTS, inject: [SETTINGS, HttpAdapterHost], useFactory: open },
        port(BROKER, 'broker'),
        port(DATASTORE, 'datastore'),
        port(OUTBOX, 'outbox'),
        port(RUNTIME, 'runtime'),
        PortsLife,
      ],
      exports: [SETTINGS, BROKER, DATASTORE, OUTBOX, RUNTIME],
    };
  }
}
