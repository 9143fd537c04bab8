import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { eventually } from '../eventually';
import { tcpProxy, type TcpProxy } from './tcp-proxy';

/** A service that answers every text with the same text. */
const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
let proxy: TcpProxy;

beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});

beforeEach(async () => {
  proxy = await tcpProxy(`http://127.0.0.1:${(echo.address() as AddressInfo).port}/path`);
});

afterEach(() => proxy.close());
afterAll(() => echo.close());

/** A client, with all that it has received so far. */
async function dial(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const socket = connect(proxy.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  return { socket, received: () => text, closed };
}

it('passes bytes both ways and has the URL of the service with its own address', async () => {
  const { socket, received } = await dial();

  socket.write('hello');

  await eventually(() => expect(received()).toBe('hello'));
  expect(proxy.connections).toBe(1);
  expect(proxy.url).toBe(`http://127.0.0.1:${proxy.port}/path`);
  socket.destroy();
  await eventually(() => expect(proxy.connections).toBe(0));
});

it('cuts connections, and takes new ones', async () => {
  const { closed } = await dial();

  proxy.cut();

  await closed;
  const { socket, received } = await dial();
  socket.write('again');
  await eventually(() => expect(received()).toBe('again'));
});

it.each(['requests', 'answers', 'both'] as const)(
  'holds %s back until it resumes, in new connections too',
  async (way) => {
    const before = await dial();
    proxy.stall(way);
    const after = await dial();

    before.socket.write('a');
    after.socket.write('b');

    await expect(
      eventually(() => expect(before.received() + after.received()).not.toBe(''), { timeoutMs: 100 }),
    ).rejects.toThrow();
    await proxy.resume();
    await eventually(() => expect(before.received() + after.received()).toBe('ab'));
  },
);

it('refuses connections until it resumes, at the same port', async () => {
  const { closed } = await dial();

  await proxy.refuse();

  await closed;
  await expect(dial()).rejects.toThrow('ECONNREFUSED');
  await proxy.resume();
  await dial();
});
