import { Inject, Injectable, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import { BROKER } from '@tork/broker';
import { DATASTORE } from '@tork/datastore';
import { OUTBOX } from '@tork/outbox';
import { RUNTIME } from '@tork/runtime';
import type { Ports } from './ports';

const PORTS = Symbol('PORTS');

/** Disconnects when every role has stopped: Nest ends global modules last. */
@Injectable()
class PortsLife implements OnApplicationShutdown {
  constructor(@Inject(PORTS) private readonly ports: Ports) {}

  onApplicationShutdown(): Promise<void> {
    return this.ports.close();
  }
}

/** Offers the process's ports to every module under their tokens. */
@Module({})
export class PortsModule {
  static register(open: () => Promise<Ports>): DynamicModule {
    const port = (token: symbol, key: keyof Ports): Provider => ({
      provide: token,
      inject: [PORTS],
      useFactory: (ports: Ports) => ports[key],
    });
    return {
      module: PortsModule,
      global: true,
      providers: [
        { provide: PORTS, useFactory: open },
        port(BROKER, 'broker'),
        port(DATASTORE, 'datastore'),
        port(OUTBOX, 'outbox'),
        port(RUNTIME, 'runtime'),
        PortsLife,
      ],
      exports: [BROKER, DATASTORE, OUTBOX, RUNTIME],
    };
  }
}
