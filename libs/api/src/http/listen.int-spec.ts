import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { silentLogger } from '@tork/observability';
import { webConfig } from '../config';
import { ApiAdapter } from './api-adapter';
import { listen, parseAddress } from './listen';

@Module({})
class EmptyModule {}

const apps: NestFastifyApplication[] = [];
const createApp = async () => {
  const adapter = new ApiAdapter({ web: webConfig.parse({}), log: silentLogger() });
  const app = await NestFactory.create<NestFastifyApplication>(EmptyModule, adapter, { logger: false });
  apps.push(app);
  return app;
};
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

const occupied = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });

describe('listen', () => {
  it('takes the configured address', async () => {
    const base = await listen(await createApp(), '127.0.0.1:0');

    expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(base)).resolves.toBeInstanceOf(Response);
  });

  it('says so when the configured port is in use', async () => {
    const server = await occupied();
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;

    const listening = listen(await createApp(), address);

    await expect(listening).rejects.toMatchObject({
      code: 'ADDRESS_UNAVAILABLE',
      message: `can not listen on coordinator.address ${address}: the port is in use`,
    });
    server.close();
  });

  it('moves on to a free port when none is configured', async () => {
    const first = await listen(await createApp());
    const second = await listen(await createApp());

    const [a, b] = [first, second].map((base) => Number(new URL(base).port));
    expect(a).toBeGreaterThanOrEqual(8000);
    expect(b).toBeGreaterThan(a!);
    expect(b).toBeLessThanOrEqual(8099);
  });

  it.each(['8000', 'localhost', 'localhost:x', 'localhost:70000', 'http://localhost:8000'])(
    'refuses %p for an address',
    async (address) => {
      await expect(listen(await createApp(), address)).rejects.toThrow(
        `coordinator.address must be host:port, e.g. localhost:8000; found ${address}`,
      );
    },
  );
});

describe('parseAddress', () => {
  it.each([
    ['localhost:8000', { host: 'localhost', port: 8000 }],
    [':8000', { host: '::', port: 8000 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
  ])('reads %s', (address, expected) => {
    expect(parseAddress(address)).toEqual(expected);
  });
});
