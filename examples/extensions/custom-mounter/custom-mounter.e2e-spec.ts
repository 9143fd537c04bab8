import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureImage, TEST_IMAGE } from '@tork/runtime/testing';
import { eventually, startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const root = mkdtempSync(join(tmpdir(), 'tork-archives-'));
const folder = join(root, 'worker');
const archive = join(root, 'site.tar.gz');
let store: Server;
const services = useServices('postgres');
let tork: TorkServer;

beforeAll(async () => {
  mkdirSync(join(root, 'site/deep'), { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(root, 'site/deep/page.txt'), 'from the archive\n');
  writeFileSync(join(folder, 'left by a killed worker'), '');
  execFileSync('tar', ['-czf', archive, '-C', join(root, 'site'), '.']);
  execFileSync('tar', ['-cf', join(root, 'evil.tar'), '-P', '--transform', 's,.*,../../escaped,', archive]);
  store = createServer(({ url = '' }, response) => {
    if (url === '/files/slow.tar') return void response.write('.');
    const file = { '/files/site.tar.gz': archive, '/files/evil.tar': join(root, 'evil.tar') }[url];
    response.statusCode = file ? 200 : 404;
    response.end(file && readFileSync(file));
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  await ensureImage();
  tork = await startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
    env: {
      ARCHIVES_URL: `http://127.0.0.1:${(store.address() as AddressInfo).port}/files/`,
      ARCHIVES_FOLDER: folder,
    },
  });
});

afterAll(() => tork?.stop());
afterAll(() => {
  store.closeAllConnections();
  store.close();
  rmSync(root, { recursive: true });
});

const submit = (mount: object, run: string, more: object = {}) =>
  tork.submit({
    name: 'test',
    tasks: [{ name: 'a', image: TEST_IMAGE, run, mounts: [{ type: 'archive', target: '/site', ...mount }], ...more }],
  });
const taskOf = async (mount: object, run = 'true') => (await tork.ended(await submit(mount, run))).execution[0];
const nothingLeft = () => eventually(() => expect(readdirSync(folder)).toEqual([]));

it('shows a task what is in an archive, and takes it away again', async () => {
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');

  const task = await taskOf(
    { source: 'site.tar.gz', opts: { sha256 } },
    'cat /site/deep/page.txt > $TORK_OUTPUT; touch /site/of-the-task',
  );

  expect(task).toMatchObject({ state: 'COMPLETED', result: 'from the archive\n' });
  await nothingLeft();
});

it.each([
  ['of which there is none', { source: 'other.tar' }, '/files/other.tar: the server answered 404'],
  ['elsewhere', { source: '//169.254.169.254/latest' }, 'expected a path below http://127.0.0.1'],
  ['above the base', { source: '../private.tar' }, 'expected a path below http://127.0.0.1'],
  ['with another content', { source: 'site.tar.gz', opts: { sha256: '00' } }, 'expected the SHA-256 00, found '],
  ['with a way out', { source: 'evil.tar' }, 'cannot be unpacked'],
])('fails a task that asks for an archive %s', async (_, mount, reason) => {
  expect((await taskOf(mount))?.error).toContain(reason);
  await nothingLeft();
});

it('does not go on fetching for a task that is out of time', async () => {
  const task = (await tork.ended(await submit({ source: 'slow.tar' }, 'true', { timeout: '300ms' }))).execution[0];

  expect(task?.error).toBe('context deadline exceeded');
  await nothingLeft();
});
