import { type Datastore, DatastoreUnavailableError } from '@tork/datastore';
import { sendRaw } from '@tork/testing';
import { type ApiUnderTest, startApi, START_TIMEOUT_MS, startDatastore, unable } from '../api-under-test.fixtures';

let datastore: Datastore;
let api: ApiUnderTest;

beforeAll(async () => {
  datastore = await startDatastore();
  api = await startApi(datastore);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await api.close();
  await datastore.close();
});

let count = 0;
const newName = () => `user-${(count += 1)}`;
const PASSWORD = 'secret-word';

/** Status and message of an answer, or status alone where it is no error. */
async function post(body: unknown): Promise<unknown[]> {
  const answer = await api.call<{ message?: string }>('POST', '/users', body);
  return [answer.status, answer.body.message].filter((part) => part !== undefined);
}

describe('POST /users', () => {
  it('makes a user and shows everything but the password', async () => {
    const username = newName();
    const { status, body } = await api.call('POST', '/users', {
      username,
      password: PASSWORD,
      name: 'N',
      disabled: true,
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'N',
      username,
      createdAt: expect.stringMatching(/Z$/),
      disabled: true,
    });
    const stored = await datastore.credentials(username);
    expect(stored).toMatchObject({
      user: { id: body.id, disabled: true },
      passwordHash: expect.stringMatching(/^\$2a\$10\$/),
    });
  });

  it('takes no notice of blanks around name and password, and of what it does not know', async () => {
    const username = newName();
    const { body } = await api.call('POST', '/users', {
      username: ` \t${username}\u00a0`,
      password: ` ${'p'.repeat(72)} `,
      id: 'mine',
      createdAt: '2001-01-01T00:00:00Z',
      roles: ['admin'],
    });

    expect(body).toEqual({
      id: expect.not.stringMatching('mine'),
      username,
      createdAt: expect.not.stringMatching('2001'),
    });
  });

  it.each([
    [{}, 'must provide username'],
    [null, 'must provide username'],
    [{ password: PASSWORD }, 'must provide username'],
    [{ username: ' \t\n', password: PASSWORD }, 'must provide username'],
    [{ username: 'x' }, 'must provide password'],
    [{ username: 'x', password: '   ' }, 'must provide password'],
    [{ username: 'x', password: 'p'.repeat(73) }, 'invalid password'],
    [{ username: 'x', password: 'ü'.repeat(37) }, 'invalid password'],
    [{ username: 'x'.repeat(257), password: PASSWORD }, 'username must have at most 256 characters'],
    [{ username: 'x', name: 'x'.repeat(257), password: PASSWORD }, 'name must have at most 256 characters'],
    [{ username: 'guest', password: PASSWORD }, 'user already exists'],
  ])('refuses %j', async (body, message) => {
    expect(await post(JSON.stringify(body))).toEqual([400, message]);
  });

  it.each(['', ' ', '{', '[]', '1', '"x"', 'username=x', '{"username":1}', '{"username":"a\\u0000","password":"p"}'])(
    'refuses the body %p',
    async (body) => {
      expect(await post(body)).toEqual([400, expect.any(String)]);
    },
  );

  it('takes a name once, also when it is asked for at the same time', async () => {
    const username = newName();

    const answers = await Promise.all([1, 2, 3].map((n) => post({ username, password: `${PASSWORD}${n}` })));

    expect(answers.sort()).toEqual([[200], [400, 'user already exists'], [400, 'user already exists']]);
    expect(await post({ username: username.toUpperCase(), password: PASSWORD })).toEqual([200]);
  });

  it('counts characters, of which some take two places', async () => {
    expect(await post({ username: '😀'.repeat(256), password: PASSWORD })).toEqual([200]);
    expect(await post({ username: '😀'.repeat(257), password: PASSWORD })).toEqual([400, expect.any(String)]);
  });

  it('takes no name that is the id of another', async () => {
    const { body } = await api.call('POST', '/users', { username: newName(), password: PASSWORD });

    expect(await post({ username: body.id, password: PASSWORD })).toEqual([400, 'user already exists']);
  });

  it.each(['', 'foo', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ';;;'])(
    'reads the body as JSON whatever its type: %p',
    async (type) => {
      const body = JSON.stringify({ username: newName(), password: PASSWORD });
      const head = `POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nContent-Type: ${type}\r\n\r\n`;

      expect(await sendRaw(api.port, head + body)).toMatchObject({ status: 200 });
    },
  );

  it('says no more than it must when the datastore is away', async () => {
    const away = new DatastoreUnavailableError('connection to db:5432 lost');
    const other = await startApi(unable(datastore, 'createUser', away));

    const { status, body } = await other.call('POST', '/users', { username: newName(), password: PASSWORD });

    expect([status, body]).toEqual([500, { message: 'Internal Server Error' }]);
    await other.close();
  });

  it('can be switched off', async () => {
    const other = await startApi(datastore, { api: { api: { endpoints: { users: false } } } });

    expect(await other.call('POST', '/users', {})).toMatchObject({ status: 404 });
    await other.close();
  });
});
