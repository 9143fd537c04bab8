import { LoginOverloadError } from './errors';
import { MAX_PASSWORD_BYTES, Passwords } from './passwords';

/** Runs while the only thread is busy: what needs a comparison is refused, what is remembered is not. */
async function whileBusy<T>(passwords: Passwords, run: () => Promise<T>): Promise<PromiseSettledResult<T>> {
  const busy = passwords.hash('x');
  const [result] = await Promise.allSettled([run()]);
  await busy;
  return result;
}
const overload = { status: 'rejected', reason: expect.any(LoginOverloadError) };

describe('Passwords', () => {
  it('makes hashes of bcrypt, of cost 10', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('a:b:ü');

    expect(hash).toMatch(/^\$2a\$10\$.{53}$/);
    expect(await passwords.verify('a:b:ü', hash)).toBe(true);
    expect(await passwords.verify('a:b:u', hash)).toBe(false);
    expect(await passwords.verify('', hash)).toBe(false);
  });

  it('reads hashes that others made', async () => {
    const known = '$2a$10$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi';

    expect(await new Passwords().verify('abc', known)).toBe(true);
    expect(await new Passwords().verify('abd', known)).toBe(false);
  });

  it('tells passwords apart up to the last byte that bcrypt looks at', async () => {
    const passwords = new Passwords();
    const longest = 'p'.repeat(MAX_PASSWORD_BYTES);
    const hash = await passwords.hash(longest);

    expect(await passwords.verify(longest, hash)).toBe(true);
    expect(await passwords.verify(`${longest.slice(0, -1)}q`, hash)).toBe(false);
  });

  it('does not stop at a NUL', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('a\0b');

    expect(await passwords.verify('a\0c', hash)).toBe(false);
    expect(await passwords.verify('a', hash)).toBe(false);
  });

  it('is no match for a hash that is none', async () => {
    expect(await new Passwords().verify('x', 'nonsense')).toBe(false);
  });

  it('runs bcrypt where there is no hash, too', async () => {
    const passwords = new Passwords({ parallel: 1, maxWaiting: 0 });

    expect(await passwords.verify('bad', undefined)).toBe(false);
    expect(await whileBusy(passwords, () => passwords.verify('bad', undefined))).toEqual(overload);
  });

  it('remembers a comparison that came out well, for its hash alone', async () => {
    const passwords = new Passwords({ parallel: 1, maxWaiting: 0 });
    const first = await passwords.hash('good');
    const second = await passwords.hash('good');
    await passwords.verify('good', first);
    await passwords.verify('bad', first);

    const outcome = (password: string, hash: string) => whileBusy(passwords, () => passwords.verify(password, hash));
    expect(await outcome('good', first)).toEqual({ status: 'fulfilled', value: true });
    expect(await outcome('bad', first)).toEqual(overload);
    expect(await outcome('good', second)).toEqual(overload);
  });

  it('remembers it for a while', async () => {
    const passwords = new Passwords({ parallel: 1, maxWaiting: 0, rememberMs: 0 });
    const hash = await passwords.hash('good');
    await passwords.verify('good', hash);

    expect(await whileBusy(passwords, () => passwords.verify('good', hash))).toEqual(overload);
  });

  it('refuses more comparisons than it gets round to', async () => {
    const passwords = new Passwords({ parallel: 1, maxWaiting: 1 });
    const hash = await passwords.hash('good');

    const answers = await Promise.allSettled(['a', 'b', 'c'].map((password) => passwords.verify(password, hash)));

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(answers[2]).toMatchObject({ reason: expect.any(LoginOverloadError) });
    expect(await passwords.verify('good', hash)).toBe(true);
  });

  it('compares once what is asked many times at once', async () => {
    const passwords = new Passwords({ parallel: 1, maxWaiting: 0 });
    const hash = await passwords.hash('good');

    const answers = await Promise.all(Array.from({ length: 20 }, () => passwords.verify('good', hash)));

    expect(answers).toEqual(Array(20).fill(true));
  });

  it('leaves the event loop alone', async () => {
    const passwords = new Passwords();
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);

    await Promise.all(['a', 'b', 'c', 'd'].map((password) => passwords.hash(password)));

    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  });
});
