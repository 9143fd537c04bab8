import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { silentLogger } from '../../logger';
import { Credentials } from './credentials';
import { parseImage } from './reference';

const folder = mkdtempSync(join(tmpdir(), 'tork-credentials-'));
const { PATH, DOCKER_CONFIG } = process.env;

beforeAll(() => void (process.env.PATH = `${folder}${delimiter}${PATH}`));
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** Installs a credential helper whose script gets the server in $server. */
function helper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\nread -r server || true\n${script}\n`);
  chmodSync(path, 0o755);
}

function find(config: unknown, image: string, registry?: { username?: string; password?: string }) {
  const path = join(folder, 'config.json');
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  const signal = new AbortController().signal;
  return new Credentials(path, silentLogger).find(parseImage(image), registry, signal);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

it('are those of the task if it has a user name', async () => {
  const config = { auths: { 'example.org': { auth: base64('file:pw') } } };

  expect(await find(config, 'example.org/a', { username: 'u', password: 'p' })).toEqual({
    username: 'u',
    password: 'p',
  });
  expect(await find(config, 'example.org/a', { password: 'p' })).toMatchObject({ username: 'file' });
});

it.each([
  [{ auth: base64('user:pass:word') }, { username: 'user', password: 'pass:word' }],
  [
    { username: 'u', password: 'p' },
    { username: 'u', password: 'p' },
  ],
  [{ identitytoken: 'token', auth: base64('user:') }, { identitytoken: 'token' }],
])('are read from the file: %j', async (entry, auth) => {
  expect(await find({ auths: { 'example.org:5000': entry } }, 'example.org:5000/a')).toEqual({
    ...auth,
    serveraddress: 'example.org:5000',
  });
});

it('are found under the URL of a registry too', async () => {
  const entry = { auth: base64('u:p') };

  expect(await find({ auths: { 'https://example.org/v1/': entry } }, 'example.org/a')).toMatchObject({ username: 'u' });
  expect(await find({ auths: { 'https://index.docker.io/v1/': entry } }, 'docker.io/a/b')).toMatchObject({
    username: 'u',
  });
});

it('are asked of the helper of the registry first, then of the store for all', async () => {
  helper('one', `printf '{"ServerURL":"%s","Username":"one","Secret":"s1"}' "$server"`);
  helper('all', `printf '{"Username":"<token>","Secret":"s2"}'`);
  const config = {
    credHelpers: { 'one.org': 'one' },
    credsStore: 'all',
    auths: { 'one.org': { auth: base64('u:p') } },
  };

  expect(await find(config, 'one.org/a')).toEqual({ username: 'one', password: 's1', serveraddress: 'one.org' });
  expect(await find(config, 'two.org/a')).toEqual({ identitytoken: 's2', serveraddress: 'two.org' });
});

it('are asked of the usual helpers of the platform last', async () => {
  helper('secretservice', `printf '{"Username":"wallet","Secret":"s"}'`);

  expect(await find({}, 'three.org/a')).toMatchObject({ username: 'wallet' });
  rmSync(join(folder, 'docker-credential-secretservice'));
});

it.each([
  ['there is no entry', { auths: { 'other.org': { auth: base64('u:p') } } }],
  ['the entry is empty', { auths: { 'example.org': {} } }],
  ['the file is no JSON', '{"auths":'],
  ['the helper is missing', { credsStore: 'missing' }],
])('are none when %s', async (_, config) => {
  expect(await find(config, 'example.org/a')).toBeUndefined();
});

it.each([`echo 'credentials not found' >&2; exit 1`, 'echo no JSON', 'exec <&-; exit 0'])(
  'are none when the helper does %p',
  async (script) => {
    helper('odd', script);

    expect(await find({ credsStore: 'odd' }, 'example.org/a')).toBeUndefined();
  },
);

it('are none when the image names no registry', async () => {
  expect(await find({ auths: { 'https://index.docker.io/v1/': { auth: base64('u:p') } } }, 'busybox')).toBeUndefined();
});

it('come from the directory that $DOCKER_CONFIG names', async () => {
  process.env.DOCKER_CONFIG = folder;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { 'example.org': { auth: base64('u:p') } } }));

  const found = await new Credentials(undefined, silentLogger).find(
    parseImage('example.org/a'),
    undefined,
    new AbortController().signal,
  );

  if (DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
  else process.env.DOCKER_CONFIG = DOCKER_CONFIG;
  expect(found).toMatchObject({ username: 'u' });
});
