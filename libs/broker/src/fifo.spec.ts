import { Fifo } from './fifo';

const drain = <T>(fifo: Fifo<T>): T[] => {
  const items: T[] = [];
  for (let item = fifo.shift(); item !== undefined; item = fifo.shift()) items.push(item);
  return items;
};

describe('Fifo', () => {
  it('gives back in order, however long it gets', () => {
    const fifo = new Fifo<number>();
    const seen: number[] = [];
    for (let n = 0; n < 10_000; n++) {
      fifo.push(n);
      if (n % 3 === 0) seen.push(fifo.shift() ?? -1);
    }

    seen.push(...drain(fifo));

    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
    expect(fifo).toHaveLength(0);
  });

  it('lets items come before all others', () => {
    const fifo = new Fifo<number>();
    [1, 2, 3].forEach((n) => fifo.push(n));
    fifo.shift();

    fifo.prepend([8, 9]);

    expect(fifo).toHaveLength(4);
    expect(drain(fifo)).toEqual([8, 9, 2, 3]);
  });
});
