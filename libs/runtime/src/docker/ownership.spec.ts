import { isProcessAlive, Ownership, PROCESS_LABEL } from './ownership';

const identity = () => new Ownership().labels[PROCESS_LABEL]!;

it('knows its own process as alive', () => {
  expect(isProcessAlive(identity())).toBe(true);
});

it('knows that a process with the same id is another one', () => {
  expect(isProcessAlive(identity().replace(/\d+$/, '1'))).toBe(false);
});

it('knows that a process is gone', () => {
  expect(isProcessAlive(identity().replace(/ \d+ /, ' 4194304 '))).toBe(false);
});

it.each([undefined, '', 'boot/pid:[1] 1 1', 'nonsense'])('cannot tell of %p', (other) => {
  expect(isProcessAlive(other)).toBeUndefined();
});

it('gives every runtime and every thing a name of its own, which is in use until it is released', () => {
  const [a, b] = [new Ownership(), new Ownership()];
  const names = [a.claim('x'), a.claim('x'), b.claim('x')];

  a.release(names[0]!);

  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => a.isInUse(name))).toEqual([false, true, false]);
});
