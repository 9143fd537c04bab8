import * as fc from 'fast-check';
import { ChainWatch } from './chain-watch';
import { NextCalledTwiceError, compose } from './compose';
import type { Middleware } from './compose';
import { runChain } from './run-chain';

type Trail = { steps: string[] };

const tracing =
  (name: string): Middleware<Trail> =>
  async ({ steps }, next) => {
    steps.push(`${name} in`);
    await next();
    steps.push(`${name} out`);
  };
const handler = async ({ steps }: Trail) => void steps.push('handler');

describe('compose', () => {
  it('runs the handler alone when there are no links', async () => {
    const trail: Trail = { steps: [] };

    await compose([], handler)(trail);

    expect(trail.steps).toEqual(['handler']);
  });

  it('nests any number of links in registration order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 }), async (names) => {
        const trail: Trail = { steps: [] };

        await compose(names.map(tracing), handler)(trail);

        const inwards = names.map((name) => `${name} in`);
        const outwards = names.map((name) => `${name} out`).reverse();
        expect(trail.steps).toEqual([...inwards, 'handler', ...outwards]);
      }),
    );
  });

  it('ends wherever a link does not call next, and runs nothing behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8), fc.nat(8), async (before, behind) => {
        const trail: Trail = { steps: [] };
        const links = [
          ...Array.from({ length: before }, (_, i) => tracing(`${i}`)),
          ({ steps }: Trail) => void steps.push('stop'),
          ...Array.from({ length: behind }, (_, i) => tracing(`behind ${i}`)),
        ];

        await compose(links, handler)(trail);

        expect(trail.steps).toHaveLength(2 * before + 1);
        expect(trail.steps[before]).toBe('stop');
      }),
    );
  });

  it('can be run many times, also side by side', async () => {
    const run = compose([tracing('a')], handler);
    const trails: Trail[] = Array.from({ length: 20 }, () => ({ steps: [] }));

    await Promise.all(trails.map(run));

    for (const { steps } of trails) expect(steps).toEqual(['a in', 'handler', 'a out']);
  });

  it('hands an error outwards until a link answers it', async () => {
    const answered: unknown[] = [];
    const answering: Middleware<Trail> = async (_, next) => next().catch((error: unknown) => void answered.push(error));
    const fault = new Error('broken');

    await compose([answering, tracing('a')], () => Promise.reject(fault))({ steps: [] });

    expect(answered).toEqual([fault]);
  });

  it('turns what a link throws at once into a rejection', async () => {
    const throwing: Middleware<Trail> = () => {
      throw new Error('at once');
    };

    await expect(compose([throwing], handler)({ steps: [] })).rejects.toThrow('at once');
  });

  it('refuses a second call of next and says whose it was', async () => {
    const trail: Trail = { steps: [] };
    const greedy: Middleware<Trail> = async (_, next) => {
      await next();
      await next();
    };

    await expect(compose([greedy], handler)(trail)).rejects.toThrow(new NextCalledTwiceError('greedy'));
    expect(trail.steps).toEqual(['handler']);
  });

  it('waits for the rest of the chain although a link does not', async () => {
    const trail: Trail = { steps: [] };
    const forgetful: Middleware<Trail> = (_, next) => void next();
    const slow = async ({ steps }: Trail) => {
      await new Promise(setImmediate);
      steps.push('handler');
    };

    await compose([forgetful], slow)(trail);

    expect(trail.steps).toEqual(['handler']);
  });

  it('fails when the rest fails although a link did not await it', async () => {
    const forgetful: Middleware<Trail> = (_, next) => void next();

    await expect(compose([forgetful], () => Promise.reject(new Error('broken')))({ steps: [] })).rejects.toThrow(
      'broken',
    );
  });
});

describe('ChainWatch', () => {
  const reports = () => {
    const seen: string[] = [];
    let wake = () => {};
    const first = new Promise<void>((resolve) => (wake = resolve));
    return { seen, first, report: (name: string) => (seen.push(name), wake()) };
  };

  it('reports a link that does not settle, once, by its name', async () => {
    const { seen, first, report } = reports();
    let release = () => {};
    const stuck: Middleware<Trail> = () => new Promise<void>((resolve) => (release = resolve));

    const run = compose([tracing('outer'), stuck], handler, new ChainWatch({ afterMs: 20, report }))({ steps: [] });
    await first;
    release();
    await run;

    expect(seen).toEqual(['stuck']);
  });

  it('does not count the time that the rest of the chain takes', async () => {
    const { seen, first, report } = reports();
    const watch = new ChainWatch({ afterMs: 40, report });
    const patient: Middleware<Trail> = (_, next) => next();
    let release = () => {};
    const long = compose([patient], () => new Promise<void>((resolve) => (release = resolve)), watch)({ steps: [] });
    const stuck: Middleware<Trail> = () => first;

    await compose([stuck], handler, watch)({ steps: [] });
    release();
    await long;

    expect(seen).toEqual(['stuck']);
  });

  it('counts again once next came back', async () => {
    const { seen, first, report } = reports();
    const lingering: Middleware<Trail> = async (_, next) => {
      await next();
      await first;
    };

    await compose([lingering], handler, new ChainWatch({ afterMs: 20, report }))({ steps: [] });

    expect(seen).toEqual(['lingering']);
  });
});

describe('runChain', () => {
  const late = (watch?: ChainWatch) => {
    const handled: string[] = [];
    let goOn = () => {};
    const hanging: Middleware<Trail> = async (_, next) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      await next().catch(() => void handled.push('refused'));
    };
    const handle = async () => void handled.push('handled');
    const run = runChain('task', [hanging], handle, { steps: [] }, { limitMs: 30, watch });
    return { run, handled, goOn: () => goOn() };
  };

  it.each([
    ['by a timer of its own', () => undefined],
    ['by that of a watch', () => new ChainWatch({ afterMs: 50, report: () => undefined })],
  ])('gives a chain up that does not end, %s; its next does nothing any more', async (_, watch) => {
    const { goOn, handled, run } = late(watch());

    await expect(run).rejects.toThrow('a middleware of the task chain did not end within 0.03 seconds');
    goOn();
    await new Promise(setImmediate);

    expect(handled).toEqual(['refused']);
  });

  it('does not take the time of chains before for its own', async () => {
    const watch = new ChainWatch({ afterMs: 20, report: () => undefined });
    await runChain('task', [tracing('a')], handler, { steps: [] }, { watch });
    await new Promise((resolve) => setTimeout(resolve, 60)); // the timer of the watch has stopped

    await runChain('task', [tracing('b')], handler, { steps: [] }, { limitMs: 40, watch });
  });
});
