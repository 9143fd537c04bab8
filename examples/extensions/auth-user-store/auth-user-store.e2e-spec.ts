import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const services = useServices('postgres');
const folder = mkdtempSync(join(tmpdir(), 'tork-users-'));
const file = join(folder, 'users.json');
const hash = (password: string) =>
  spawnSync('node', [join(__dirname, 'dist/hash-password.js')], { input: password, encoding: 'utf8' }).stdout.trim();
const ada = { username: 'ada', name: 'Ada Lovelace', password: hash('correct:horse') };
const bob = { username: 'bob', name: 'Bob', password: hash('secret') };
const as = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

let tork: TorkServer;
beforeAll(async () => {
  writeFileSync(file, JSON.stringify([ada, bob]));
  tork = await startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
    env: { USERS_FILE: file },
  });
});
afterAll(() => tork?.stop());
afterAll(() => rmSync(folder, { recursive: true }));

it('makes a job its submitter’s, also if several come for the first time at once', async () => {
  const headers = as('ada', 'correct:horse');
  const job = { name: 'test', tasks: [{ name: 'a', run: 'true' }] };

  const ids = await Promise.all([1, 2, 3].map(() => tork.submit(job, headers)));

  for (const id of ids)
    expect(await tork.ended(id, headers)).toMatchObject({ state: 'COMPLETED', createdBy: { username: 'ada' } });
});

it.each([
  ['nobody', {}],
  ['a stranger', as('eve', 'correct:horse')],
  ['a wrong password', as('ada', 'correct')],
  ['the password of another', as('ada', 'secret')],
  ['the guest', as('guest', '')],
  ['another scheme', { authorization: 'Bearer ada' }],
  ['no base64', { authorization: 'Basic %%%' }],
])('lets %s know nothing', async (_, headers) => {
  for (const [method, path] of [
    ['GET', '/jobs'],
    ['GET', '/no/such/path'],
    ['POST', '/users'],
  ] as const) {
    const { body, headers: answered, status } = await tork.call(method, path, { headers });

    expect([status, body]).toEqual([401, { message: 'Unauthorized' }]);
    expect(answered.get('www-authenticate')).toContain('Basic realm="tork"');
  }
});

it('gives a sign of life to everybody', async () => {
  expect((await tork.call('GET', '/health')).status).toBe(200);
});

it('keeps out who is struck off', async () => {
  const headers = as('bob', 'secret');
  expect((await tork.call('GET', '/jobs', { headers })).status).toBe(200);

  writeFileSync(file, JSON.stringify([ada]));

  expect((await tork.call('GET', '/jobs', { headers })).status).toBe(401);
});
