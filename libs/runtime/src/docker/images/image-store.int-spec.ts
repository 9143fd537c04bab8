import type Docker from 'dockerode';
import { TaskFailedError } from '../../errors';
import { silentLogger } from '../../logger';
import { ensureImage, REGISTRY_USER, startRegistry, TEST_IMAGE, type TestRegistry } from '../../testing';
import { connectToDaemon, disconnect } from '../daemon';
import { Ownership } from '../ownership';
import { Credentials } from './credentials';
import { ImageStore } from './image-store';

jest.setTimeout(30_000);

let docker: Docker;
let registry: TestRegistry;
const used: string[] = [];

beforeAll(async () => {
  await ensureImage();
  docker = await connectToDaemon();
  registry = await startRegistry();
});

afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  disconnect(docker);
});

afterEach(async () => {
  for (const name of used.splice(0))
    await docker
      .getImage(name)
      .remove()
      .catch(() => undefined);
});

const store = (options = {}) =>
  new ImageStore(
    docker,
    new Credentials('/nowhere', silentLogger),
    new Ownership(),
    { ttlMs: 1000, verify: false, ...options },
    silentLogger,
  );

/** An image that only the registry has. */
async function offered(repository: string): Promise<string> {
  const name = await registry.offer(repository);
  used.push(name);
  return name;
}

const isLocal = async (name: string): Promise<boolean> =>
  docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false,
    );

const never = new AbortController().signal;

it('takes an image that is there, without asking a registry', async () => {
  const image = await store().hold(TEST_IMAGE, { username: 'u', password: 'p' }, () => undefined, never);

  expect(image.name).toBe(TEST_IMAGE);
});

it('pulls one that is not, with the credentials of the task, and tells about it', async () => {
  const name = await offered('private/a');
  const told: string[] = [];

  await store().hold(name, REGISTRY_USER, (line) => told.push(line), never);

  expect(await isLocal(name)).toBe(true);
  expect(told.join('')).toContain('Pull complete\n');
  expect(told.join('')).not.toContain(REGISTRY_USER.password);
});

it.each([
  ['without credentials', undefined],
  ['with a wrong password', { username: 'ali', password: 'wrong' }],
])('fails the task %s', async (_, credentials) => {
  const name = await offered('private/b');

  const held = store().hold(name, credentials, () => undefined, never);

  await expect(held).rejects.toThrow(TaskFailedError);
  await expect(held).rejects.toThrow(`error pulling image: ${name}: Error response from daemon: `);
});

it('fails the task for an image that does not exist', async () => {
  const held = store().hold(`${registry.host}/nothing:1`, REGISTRY_USER, () => undefined, never);

  await expect(held).rejects.toThrow(/^error pulling image: .*nothing.* not found/);
});

it('fails the task for a name that is none', async () => {
  const held = store().hold('UPPER CASE!', undefined, () => undefined, never);

  await expect(held).rejects.toThrow('error pulling image: UPPER CASE!: invalid reference format');
});

it('pulls once for all who want the same image at the same time', async () => {
  const name = await offered('private/c');
  const images = store();
  const told = ['', '', ''];

  await Promise.all(told.map((_, i) => images.hold(name, REGISTRY_USER, (line) => (told[i] += line), never)));

  // a second pull would find the image, and say that it is up to date
  expect(told.every((text) => text.includes('Downloaded newer image'))).toBe(true);
});

it('does not let one without credentials profit from the pull of another', async () => {
  const name = await offered('private/d');
  const images = store();

  const [allowed, refused] = await Promise.allSettled([
    images.hold(name, REGISTRY_USER, () => undefined, never),
    images.hold(name, undefined, () => undefined, never),
  ]);

  expect(allowed.status).toBe('fulfilled');
  expect(refused.status).toBe('rejected');
});

it('goes on pulling for the others when one gives up', async () => {
  const name = await offered('private/e');
  const images = store();
  const control = new AbortController();
  const reason = new Error('enough');

  const leaving = images.hold(name, REGISTRY_USER, () => control.abort(reason), control.signal);
  const staying = images.hold(name, REGISTRY_USER, () => undefined, never);

  await expect(leaving).rejects.toBe(reason);
  expect((await staying).name).toBe(name);
});

it('ends the pull when nobody waits any more, and can begin again', async () => {
  const name = await offered('private/f');
  const images = store();
  const control = new AbortController();
  const reason = new Error('enough');

  const leaving = images.hold(name, REGISTRY_USER, () => control.abort(reason), control.signal);

  await expect(leaving).rejects.toBe(reason);
  expect((await images.hold(name, REGISTRY_USER, () => undefined, never)).name).toBe(name);
});

describe('verification', () => {
  it('makes a container of a pulled image', async () => {
    const name = await offered('private/g');
    const told: string[] = [];

    await store({ verify: true }).hold(name, REGISTRY_USER, (line) => told.push(line), never);

    expect(told).toContain(`verifying image ${name}\n`);
    expect(told).toContain(`image ${name} is good\n`);
  });
});

describe('pruning', () => {
  it('removes what was not used for the lifetime, and nothing else', async () => {
    const [old, held, fresh] = [await offered('prune/old'), await offered('prune/held'), await offered('prune/fresh')];
    const images = store();
    const hold = (name: string) => images.hold(name, REGISTRY_USER, () => undefined, never);
    (await hold(old)).release();
    await hold(held);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 900);
    (await hold(fresh)).release();
    jest.restoreAllMocks();

    await images.prune(now + 1500);

    expect(await Promise.all([old, held, fresh].map(isLocal))).toEqual([false, true, true]);
  });

  it('leaves an image that a container of somebody else has', async () => {
    const name = await offered('prune/in-use');
    const images = store();
    (await images.hold(name, REGISTRY_USER, () => undefined, never)).release();
    const container = await docker.createContainer({ Image: name, Cmd: ['true'] });

    await images.prune(Date.now() + 5000);

    expect(await isLocal(name)).toBe(true);
    await container.remove();
  });

  it('pulls what was pruned when it is wanted again', async () => {
    const name = await offered('prune/again');
    const images = store();
    (await images.hold(name, REGISTRY_USER, () => undefined, never)).release();
    await images.prune(Date.now() + 5000);

    await images.hold(name, REGISTRY_USER, () => undefined, never);

    expect(await isLocal(name)).toBe(true);
  });
});
