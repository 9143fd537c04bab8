import { join } from 'node:path';
import { startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const services = useServices('postgres');
const start = (env: Record<string, string>) =>
  startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
    env,
  });

let tork: TorkServer;
beforeAll(async () => {
  const open = await start({ TORK_MIDDLEWARE_WEB_BASICAUTH_ENABLED: 'false' });
  for (const username of ['ada', 'bob'])
    await open.call('POST', '/users', { body: JSON.stringify({ username, password: 'secret' }) });
  await open.stop();
  tork = await start({ RATE_REQUESTS: '3' });
});
afterAll(() => tork?.stop());

const list = (user: string) =>
  tork.call<{ message?: string }>('GET', '/jobs', {
    headers: { authorization: `Basic ${Buffer.from(`${user}:secret`).toString('base64')}` },
  });

it('refuses a user who asks too often, and says when to come back', async () => {
  const answers = [];
  for (let n = 0; n < 4; n++) answers.push(await list('ada'));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', null]);
  expect(answers[3]?.body.message).toBe('rate limit exceeded');
  expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(50);
});

it('does not hold it against anybody else', async () => {
  expect((await list('bob')).status).toBe(200);
});
