import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BindMounter } from './bind.mounter';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'tork-bind-')));
afterAll(() => rmSync(root, { recursive: true }));

const data = join(root, 'data');
const secret = join(root, 'secret');
mkdirSync(data);
mkdirSync(secret);
symlinkSync(secret, join(data, 'to-secret'));
symlinkSync(data, join(root, 'to-data'));
writeFileSync(join(data, 'file'), '');

const mount = (source: string | undefined, options: { allowed?: boolean; sources?: string[] } = {}) =>
  new BindMounter({ allowed: true, sources: [], ...options }).mount({ id: '1', type: 'bind', source, target: '/t' });

it('is refused unless it is allowed', async () => {
  await expect(mount(data, { allowed: false })).rejects.toThrow('bind mounts are not allowed');
});

it('takes any directory where none is listed', async () => {
  expect(await mount(data)).toMatchObject({ type: 'bind', source: data, target: '/t' });
});

it.each([
  ['a listed directory', data, data],
  ['one below it', join(data, 'new/below'), join(data, 'new/below')],
  ['another spelling', `${data}/./x/..//`, data],
  ['other case', data.toUpperCase().replace(root.toUpperCase(), root), join(root, 'DATA')],
  ['a way through a link', join(root, 'to-data'), data],
  ['a file', join(data, 'file'), join(data, 'file')],
])('takes %s', async (_, source, resolved) => {
  expect(await mount(source, { sources: [data] })).toMatchObject({ source: resolved });
});

it('takes what is listed by a link to it', async () => {
  expect(await mount(join(data, 'a'), { sources: [join(root, 'to-data')] })).toMatchObject({ source: join(data, 'a') });
});

it.each([
  ['another directory', secret],
  ['a name that only begins like a listed one', `${data}-other`],
  ['a directory above', root],
  ['a way out', join(data, '../secret')],
  ['a way out that is not there', `${data}/nothing/../../secret`],
  ['a link that leads out', join(data, 'to-secret')],
  ['what is below such a link', join(data, 'to-secret/new')],
  ['a relative path', 'data'],
])('refuses %s', async (_, source) => {
  await expect(mount(source, { sources: [data] })).rejects.toThrow(`src bind mount is not allowed: ${source}`);
});

it('makes a directory that is missing, for everybody', async () => {
  const source = join(data, 'made', 'by', 'mount');

  await mount(source);

  expect(statSync(source).mode & 0o7777).toBe(0o707);
});

it('leaves one that is there as it is', async () => {
  const mode = statSync(data).mode;

  await mount(data);

  expect(statSync(data).mode).toBe(mode);
});

it('needs a source', async () => {
  await expect(mount(undefined)).rejects.toThrow('bind source is required');
});
