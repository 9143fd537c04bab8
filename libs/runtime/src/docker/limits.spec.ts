import { parseCpus, parseMemory } from './limits';

describe('parseCpus', () => {
  it.each([
    ['1', 1e9],
    ['.25', 25e7],
    ['1/2', 5e8],
    ['1.5', 15e8],
    ['2.', 2e9],
    ['5e-1', 5e8],
    ['1E1', 1e10],
    ['+3', 3e9],
    ['0.000000001', 1],
    ['-1', -1e9],
  ])('reads %p', (text, nanos) => {
    expect(parseCpus(text)).toBe(nanos);
  });

  it.each(['', 'one', '1/0', '1/2/3', '.', 'e1', '1 ', '0x1', '1e999', '9'.repeat(40)])('refuses %p', (text) => {
    expect(() => parseCpus(text)).toThrow(`invalid CPUs value: failed to parse ${text} as a rational number`);
  });

  it.each(['1/3', '0.0000000001'])('finds %p too precise', (text) => {
    expect(() => parseCpus(text)).toThrow('invalid CPUs value: value is too precise');
  });

  it('refuses more CPUs than there can be', () => {
    expect(() => parseCpus('1e30')).toThrow('invalid CPUs value: value is out of range');
  });
});

describe('parseMemory', () => {
  it.each([
    ['0', 0],
    ['12', 12],
    ['12b', 12],
    ['1k', 1024],
    ['1 KB', 1024],
    ['512m', 512 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
    ['1.5g', 1.5 * 1024 ** 3],
    ['2T', 2 * 1024 ** 4],
    ['1pb', 1024 ** 5],
  ])('reads %p', (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  it.each(['', '-1', '1x', '1kk', '1  k', '1ib', 'm', '.5m', '1e3'])('refuses %p', (text) => {
    expect(() => parseMemory(text)).toThrow(`invalid memory value: invalid size: ${JSON.stringify(text)}`);
  });

  it('refuses more than there can be', () => {
    expect(() => parseMemory('9999999p')).toThrow('invalid memory value: "9999999p" is out of range');
  });
});
