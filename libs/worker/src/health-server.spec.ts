import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HealthRegistry } from '@tork/observability';
import { HealthServer, addressOf } from './health-server';
import { LogLines } from './testing/log-lines';

const healthy = async () => undefined;
const listening: { close(): unknown }[] = [];

async function start(check = healthy, address = '127.0.0.1:0') {
  const { log } = new LogLines();
  const health = new HealthRegistry(log);
  health.register('runtime', check);
  const server = new HealthServer({ address, version: '1.2.3', health, log });
  const port = await server.start();
  listening.push(server);
  return { port, ask: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}

async function occupy(port: number): Promise<Server | undefined> {
  const server = createServer();
  const taken = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, () => resolve(true));
  });
  if (taken) listening.push(server);
  return taken ? server : undefined;
}

afterEach(async () => {
  for (const server of listening.splice(0)) await server.close();
});

describe('GET /health', () => {
  it('says that the worker is up', async () => {
    const { ask } = await start();

    const answer = await ask('/health');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('{"status":"UP","version":"1.2.3"}\n');
  });

  it('says that the worker is down, and not why', async () => {
    const { ask } = await start(() => Promise.reject(new Error('cannot reach /var/run/docker.sock')));

    const answer = await ask('/health');

    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('{"status":"DOWN","version":"1.2.3"}\n');
  });

  it('indents when asked to', async () => {
    const { ask } = await start();

    expect(await (await ask('/health?pretty')).text()).toBe('{\n  "status": "UP",\n  "version": "1.2.3"\n}\n');
  });
});

describe('anything else', () => {
  it.each(['/', '/jobs', '/health/', '/healthy', '//'])('does not exist: %s', async (path) => {
    const { ask } = await start();

    const answer = await ask(path);

    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('{"message":"Not Found"}\n');
  });

  it('is not allowed on /health', async () => {
    const { ask } = await start();

    const answer = await ask('/health', { method: 'POST', body: 'x' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, OPTIONS');
    expect(await answer.text()).toBe('{"message":"Method Not Allowed"}\n');
    expect((await ask('/health', { method: 'OPTIONS' })).status).toBe(204);
    expect((await ask('/health', { method: 'HEAD' })).status).toBe(405);
  });
});

describe('the address', () => {
  it('is the first free port of 8001…8099 where none is configured', async () => {
    await occupy(8001);

    const { port, ask } = await start(healthy, '');

    expect(port).toBeGreaterThan(8001);
    expect(port).toBeLessThan(8100);
    expect((await ask('/health')).status).toBe(200);
  });

  it('fails the start when it is in use, and names the key', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    listening.push(other);
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;

    await expect(start(healthy, `127.0.0.1:${port}`)).rejects.toThrow(
      `worker.address: cannot listen at 127.0.0.1:${port}: listen EADDRINUSE`,
    );
  });

  it.each([
    ['localhost:8001', { host: 'localhost', port: 8001 }],
    [':8001', { port: 8001 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:8001', { host: '::1', port: 8001 }],
    ['8001', undefined],
    ['localhost', undefined],
    ['localhost:99999', undefined],
    ['::1:8001', undefined],
    ['http://localhost:8001', undefined],
  ])('is read: %s', (text, expected) => {
    expect(addressOf(text)).toEqual(expected);
  });
});
