import { parseProgress, ProgressFollower } from './progress';

describe('parseProgress', () => {
  it.each([
    ['', 0],
    [' \n', 0],
    ['42', 42],
    [' 12.5\n', 12.5],
    ['.5', 0.5],
    ['1e1', 10],
    ['-3', 0],
    ['250', 100],
  ])('reads %p as %p', (text, percent) => {
    expect(parseProgress(text)).toBe(percent);
  });

  it.each(['half', '50%', '1 2', '0x10', 'NaN', 'Infinity'])('does not read %p', (text) => {
    expect(parseProgress(text)).toBeUndefined();
  });
});

describe('ProgressFollower', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function follow(read: () => string | undefined | Promise<string | undefined>) {
    const reported: number[] = [];
    const onUnparsable = jest.fn();
    const follower = new ProgressFollower(read, (percent) => reported.push(percent), {
      intervalMs: 10_000,
      onUnparsable,
    });
    return { follower, reported, onUnparsable };
  }

  it('looks soon after the start and then at every interval', async () => {
    let text = '1';
    const { follower, reported } = follow(() => text);

    await jest.advanceTimersByTimeAsync(1000);
    text = '2';
    await jest.advanceTimersByTimeAsync(9000);
    expect(reported).toEqual([1]);
    await jest.advanceTimersByTimeAsync(1000);

    expect(reported).toEqual([1, 2]);
    follower.stop();
  });

  it('reports a figure once, and the one at the end', async () => {
    let text = '7';
    const { follower, reported } = follow(() => text);

    await jest.advanceTimersByTimeAsync(40_000);
    text = '100';
    await follower.finish();

    expect(reported).toEqual([7, 100]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('misses nothing when the task ends during a look', async () => {
    const { promise, answer } = pending();
    const texts: (string | undefined | Promise<string>)[] = [promise, undefined];
    const { follower, reported } = follow(() => texts.shift());
    await jest.advanceTimersByTimeAsync(500);

    const finished = follower.finish();
    answer('80');
    await finished;

    expect(reported).toEqual([80]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reports nothing when it was stopped, and leaves no timer', async () => {
    const { promise, answer } = pending();
    const { follower, reported } = follow(() => promise);
    await jest.advanceTimersByTimeAsync(500);

    follower.stop();
    answer('80');
    await jest.advanceTimersByTimeAsync(0);

    expect(reported).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('says when the file holds no number, and goes on', async () => {
    let text = 'soon';
    const { follower, reported, onUnparsable } = follow(() => text);

    await jest.advanceTimersByTimeAsync(1000);
    text = '5';
    await follower.finish();

    expect(onUnparsable).toHaveBeenCalledTimes(1);
    expect(reported).toEqual([5]);
  });

  it('takes a file that cannot be read for one without news', async () => {
    let isThere = false;
    const { follower, reported } = follow(() => {
      if (!isThere) throw new Error('gone');
      return '3';
    });

    await jest.advanceTimersByTimeAsync(20_000);
    isThere = true;
    await follower.finish();

    expect(reported).toEqual([3]);
  });
});

function pending() {
  let answer!: (text: string) => void;
  const promise = new Promise<string>((resolve) => (answer = resolve));
  return { promise, answer };
}
