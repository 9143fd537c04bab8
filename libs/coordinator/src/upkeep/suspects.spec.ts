import { Suspects } from './suspects';

const make = () => new Suspects({ pauseMs: 10, longestPauseMs: 35, forgetAfterMs: 50 });

/** At which moments of a time with a sweep each millisecond a suspect is due. */
function dueAt(suspects: Suspects, untilMs: number, settleMs: number): number[] {
  const due: number[] = [];
  for (let ms = 0; ms <= untilMs; ms++) {
    if (suspects.isDue('a', ms, settleMs)) due.push(ms);
    suspects.forget(ms);
  }
  return due;
}

it('acts upon what goes on being found ever more rarely', () => {
  expect(dueAt(make(), 140, 0)).toEqual([0, 10, 30, 65, 100, 135]);
});

it('leaves what may settle by itself the time to do so', () => {
  expect(dueAt(make(), 30, 7)).toEqual([7, 17]);
});

it('begins anew with what was not found for long', () => {
  const suspects = make();
  suspects.isDue('a', 0, 0);
  suspects.forget(50);
  expect([suspects.isDue('a', 5, 0), suspects.stubborn]).toEqual([false, 1]);

  suspects.forget(56);

  expect(suspects.stubborn).toBe(0);
  expect(suspects.isDue('a', 56, 0)).toBe(true);
});

it('counts as stubborn what it has acted upon in vain', () => {
  const suspects = make();

  suspects.isDue('at once', 0, 0);
  suspects.isDue('not yet', 0, 5);

  expect(suspects.stubborn).toBe(1);
});
