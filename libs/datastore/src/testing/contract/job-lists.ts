import type { Job } from '@tork/core';
import type { Datastore } from '../../datastore';
import { makeJob, newId, storeJobs } from '../factories';

/** Pages, search and who sees what. Each test has a word of its own, and finds only its own jobs by it. */
export function jobLists(underTest: () => Datastore): void {
  const word = () => `w${newId()}`;
  const names = async (q: string | undefined, user?: string): Promise<string[]> =>
    (await underTest().jobs({ page: 1, size: 20, q }, user)).items.map(({ name }) => name);

  it('show the short form, newest first', async () => {
    const guest = (await underTest().user('guest'))!;
    const mark = word();
    const older = makeJob({ description: mark, createdAt: new Date(Date.now() - 1000) });
    const newer = makeJob({
      description: mark,
      parentId: newId(),
      tags: ['a'],
      inputs: { b: 'c' },
      secrets: { d: 'e' },
      createdBy: guest,
      schedule: { id: newId() },
      startedAt: new Date(),
      completedAt: new Date(),
      failedAt: new Date(),
      result: 'r',
      error: 'e',
      progress: 50,
    });
    await storeJobs(underTest(), [older, newer]);

    const page = await underTest().jobs({ page: 1, size: 10, q: mark });

    const { tasks: _tasks, context: _context, secrets: _secrets, ...summary } = newer;
    expect(page).toMatchObject({ number: 1, size: 2, totalPages: 1, totalItems: 2 });
    expect(page.items[0]).toEqual(summary);
    expect(page.items[1]?.id).toBe(older.id);
  });

  it('come in pages that are stable where times are equal', async () => {
    const mark = word();
    const createdAt = new Date();
    const jobs = Array.from({ length: 7 }, () => makeJob({ description: mark, createdAt }));
    await storeJobs(underTest(), jobs);

    const pages = await Promise.all([1, 2, 3, 4].map((page) => underTest().jobs({ page, size: 3, q: mark })));

    const ids = jobs.map(({ id }) => id).sort();
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids.reverse());
    expect(pages.map(({ items: _, ...page }) => page)).toEqual([
      { number: 1, size: 3, totalPages: 3, totalItems: 7 },
      { number: 2, size: 3, totalPages: 3, totalItems: 7 },
      { number: 3, size: 1, totalPages: 3, totalItems: 7 },
      { number: 4, size: 0, totalPages: 3, totalItems: 7 },
    ]);
  });

  it('count all jobs exactly, whatever is written, moved on or rolled back', async () => {
    const total = async () => (await underTest().jobs({ page: 1, size: 1 })).totalItems;
    const before = await total();
    const jobs = Array.from({ length: 5 }, () => makeJob());

    await storeJobs(underTest(), jobs);
    await underTest().transaction((tx) => tx.write({ jobs: jobs.map((job) => ({ ...job, state: 'COMPLETED' })) }));
    await underTest()
      .transaction(async (tx) => {
        await tx.write({ newJobs: [makeJob()] });
        throw new Error('no');
      })
      .catch(() => undefined);

    expect(await total()).toBe(before + 5);
  });

  describe('searched', () => {
    const mark = word();
    const jobs: Job[] = [
      makeJob({ name: 'bold', description: `${mark} running late`, tags: ['red', 'blue'], state: 'COMPLETED' }),
      makeJob({ name: 'odd', description: `${mark} even odds`, tags: ['blue'], state: 'RUNNING' }),
      makeJob({ name: 'plain', description: mark, state: 'FAILED' }),
      makeJob({ name: 'file-name.txt', description: `${mark} http://example.com/a/b x@y.org`, tags: ['a:b', ''] }),
    ];
    beforeAll(() => storeJobs(underTest(), jobs));

    it.each<[query: string, found: string[]]>([
      [mark, ['bold', 'odd', 'plain', 'file-name.txt']],
      [`${mark} bold`, ['bold']],
      [`  bold \t ${mark}  `, ['bold']],
      [`${mark} bold odd`, []],
      [`${mark} runs`, ['bold', 'odd']],
      [`${mark} RUNNING`, ['bold', 'odd']],
      [`${mark} running odds`, ['odd']],
      [`${mark} completed`, ['bold']],
      [`${mark} completed running`, ['bold']],
      [`${mark} failed`, ['plain']],
      [`${mark} pending`, ['file-name.txt']],
      [`${mark} scheduled`, []],
      [`${mark} the`, ['bold', 'odd', 'plain', 'file-name.txt']],
      ['the of and', []],
      ['!!! ??', []],
      [`${mark} "bold"`, ['bold']],
      [`${mark} !odd`, ['odd']],
      [`${mark} (odd`, ['odd']],
      [`${mark} odd:*`, ['odd']],
      [`${mark} odd|even`, ['odd']],
      [`${mark} bold|even`, []],
      [`${mark} a & b`, []],
      [`${mark} file-name.txt`, ['file-name.txt']],
      [`${mark} x@y.org`, ['file-name.txt']],
      [`tag:red ${mark}`, ['bold']],
      [`${mark} tag:blue`, ['bold', 'odd']],
      [`${mark} tags:red,a:b`, ['bold', 'file-name.txt']],
      [`${mark} tag:red tag:blue`, ['bold', 'odd']],
      [`${mark} tag:blue running`, ['bold', 'odd']],
      [`${mark} tag:none`, []],
      [`${mark} TAG:red`, []],
    ])('%s', async (query, found) => {
      const page = await underTest().jobs({ page: 1, size: 20, q: query });

      expect(page.items.map(({ name }) => name).sort()).toEqual([...found].sort());
      expect(page.totalItems).toBe(found.length);
    });

    it('take any text', async () => {
      const texts = [
        ...[
          '|',
          '\\',
          '^',
          '`',
          '{',
          '}',
          '[',
          ']',
          '?',
          ':',
          '*',
          '!',
          '(',
          ')',
          "'",
          "''",
          '"',
          '%',
          '\\x',
          "\\'",
          '$1',
        ],
        ...['a <-> b', "a' | 'b", ':*', '&&', '<->', '\0', `${mark}\0`, '\ud800', '😀', "tag:'", 'tag:{a,b}', 'tag:\0'],
        ...['tags:', 'a\\', '-1', '1e999', 'a:b:c', '<a href="x">', '\u2028', 'x'.repeat(5_000), 'y '.repeat(10_000)],
      ];
      for (const q of texts) expect(await underTest().jobs({ page: 1, size: 5, q })).toMatchObject({ number: 1 });
    });

    it('find nothing by an empty tag, and everything by no text', async () => {
      for (const query of ['tag:', 'tags:,']) {
        expect(await names(`${query} ${mark} nowhere`)).toEqual([]);
      }
      const everything = await underTest().jobs({ page: 1, size: 1 });
      for (const query of ['', '   ', undefined]) {
        expect(await underTest().jobs({ page: 1, size: 1, q: query })).toEqual(everything);
      }
    });

    it('follow a job from state to state', async () => {
      const changing = word();
      const job = makeJob({ description: changing });
      await storeJobs(underTest(), [job]);
      expect(await names(`${changing} cancelled`)).toEqual([]);

      await underTest().transaction((tx) => tx.write({ jobs: [{ ...job, state: 'CANCELLED' }] }));

      expect(await names(`${changing} cancelled`)).toEqual([job.name]);
      expect(await names(`${changing} pending`)).toEqual([]);
    });
  });

  it('show a user what is nobody’s, his own, or his roles’', async () => {
    const mark = word();
    const [ada, bob] = ['ada', 'bob'].map((name) => ({
      id: newId(),
      name,
      username: `${name}-${mark}`,
      createdAt: new Date(),
    })) as [
      { id: string; name: string; username: string; createdAt: Date },
      { id: string; name: string; username: string; createdAt: Date },
    ];
    const role = { id: newId(), slug: mark, name: mark, createdAt: new Date() };
    await underTest().createUser(ada);
    await underTest().createUser(bob);
    await underTest().createRole(role);
    await underTest().assignRole(bob.id, role.id);
    const jobs = [
      makeJob({ description: mark, name: 'open', createdBy: bob }),
      makeJob({ description: mark, name: 'ada', permissions: [{ user: ada }], createdBy: bob }),
      makeJob({ description: mark, name: 'role', permissions: [{ role }] }),
      makeJob({ description: mark, name: 'both', permissions: [{ role }, { user: ada }] }),
    ];
    await storeJobs(underTest(), jobs);
    const seenBy = async (user?: string) => (await names(mark, user)).sort();

    expect(await seenBy()).toEqual(['ada', 'both', 'open', 'role']);
    for (const user of [ada.username, ada.id]) expect(await seenBy(user)).toEqual(['ada', 'both', 'open']);
    expect(await seenBy(bob.username)).toEqual(['both', 'open', 'role']);
    for (const user of ['guest', 'nobody', 'nul\0', '']) expect(await seenBy(user)).toEqual(['open']);
    expect((await underTest().jobs({ page: 1, size: 1, q: mark }, 'nobody')).totalItems).toBe(1);
    for (const job of jobs) {
      expect(await underTest().isVisible(job.id, bob.username)).toBe(['open', 'role', 'both'].includes(job.name));
      expect(await underTest().isVisible(job.id, 'nobody')).toBe(job.name === 'open');
    }

    await underTest().unassignRole(bob.id, role.id);
    expect(await seenBy(bob.id)).toEqual(['open']);
  });

  it('count what a user may see without any search', async () => {
    const total = async (user?: string) => (await underTest().jobs({ page: 1, size: 1 }, user)).totalItems;
    const role = (await underTest().role('public'))!;
    const guest = (await underTest().user('guest'))!;
    const [all, guests, nobodies] = await Promise.all([total(), total('guest'), total('nobody')]);

    await storeJobs(underTest(), [
      makeJob(),
      makeJob({ permissions: [{ role }] }),
      makeJob({ permissions: [{ user: guest }, { role }] }),
    ]);

    expect(await total()).toBe(all + 3);
    expect(await total('guest')).toBe(guests + 2);
    expect(await total('nobody')).toBe(nobodies + 1);
  });
}
