import { z } from 'zod';
import { bool, duration, int, list, mapOf, parseSize, size, text } from '../index';

const faultOf = (schema: z.ZodType, input: unknown) => schema.safeParse(input).error?.issues[0]?.message;

describe('text', () => {
  it('takes numbers and booleans as written', () => {
    expect(text.parse('1 000')).toBe('1 000');
    expect(text.parse(1000)).toBe('1000');
    expect(text.parse(true)).toBe('true');
  });

  it('refuses a table', () => {
    expect(faultOf(text, {})).toBe('expected a text');
  });
});

describe('bool', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True', true, 1])('reads %p as true', (input) => {
    expect(bool.parse(input)).toBe(true);
  });

  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False', false, 0])('reads %p as false', (input) => {
    expect(bool.parse(input)).toBe(false);
  });

  it.each(['yes', 'tRUE', '', 2, [], null])('refuses %p', (input) => {
    expect(faultOf(bool, input)).toBe('expected true or false');
  });
});

describe('int', () => {
  it.each([
    ['25', 25],
    ['-1', -1],
    [' 7 ', 7],
    [3, 3],
  ])('reads %p', (input, expected) => {
    expect(int.parse(input)).toBe(expected);
  });

  it.each(['1.5', '', 'ten', '1e3', '0x10', 1.5, true, '99999999999999999999'])('refuses %p', (input) => {
    expect(faultOf(int, input)).toBe('expected a whole number');
  });
});

describe('list', () => {
  it.each([
    ['a,b,c', ['a', 'b', 'c']],
    [' a , b ', ['a', 'b']],
    ['a', ['a']],
    ['[]', []],
    [[], []],
    [
      ['a,b', 1],
      ['a,b', '1'],
    ],
  ])('reads %p', (input, expected) => {
    expect(list.parse(input)).toEqual(expected);
  });

  it('refuses what is neither a list nor a text', () => {
    expect(faultOf(list, 5)).toBe('expected a list of texts, or one text with commas between them');
  });
});

describe('mapOf', () => {
  it('converts every value', () => {
    expect(mapOf(int).parse({ default: 2, highcpu: '4' })).toEqual({ default: 2, highcpu: 4 });
  });

  it('names the entry that is wrong', () => {
    expect(mapOf(int).safeParse({ default: 'many' }).error?.issues[0]).toMatchObject({
      path: ['default'],
      message: 'expected a whole number',
    });
  });
});

describe('size', () => {
  it.each([
    ['500K', 500_000],
    ['500k', 500_000],
    ['1MB', 1_000_000],
    ['1Mi', 1_048_576],
    ['1mib', 1_048_576],
    ['1.5K', 1500],
    ['10 K', 10_000],
    ['12B', 12],
    ['12', 12],
    [1024, 1024],
  ])('reads %p', (input, expected) => {
    expect(size.parse(input)).toBe(expected);
  });

  it.each(['', 'K', '-1K', '1X', '1KK', '99999P'])('refuses %p', (input) => {
    expect(parseSize(input)).toBeUndefined();
    expect(faultOf(size, input)).toBe('expected a size such as 500K or 1MiB');
  });
});

describe('duration', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['.5s', 500],
    ['8760h', 31_536_000_000],
    ['0', 0],
    [0, 0],
    [5_000_000_000, 5000],
    ['5000000000', 5000],
  ])('reads %p', (input, expected) => {
    expect(duration.parse(input)).toBe(expected);
  });

  it.each(['1d', '1h 30m', 'soon', '', '5 s'])('refuses %p', (input) => {
    expect(faultOf(duration, input)).toBe('expected a duration such as 30s or 1h30m');
  });

  it('refuses a bare number too small to be meant as nanoseconds', () => {
    expect(faultOf(duration, 30)).toContain('a number without a unit counts nanoseconds');
  });

  it('refuses less than zero', () => {
    expect(faultOf(duration, '-5s')).toBe('expected a duration of zero or more');
  });
});

it('takes a default in its written form', () => {
  const schema = z.strictObject({
    timeout: duration.prefault('30m'),
    vars: list.prefault([]),
    on: bool.prefault(true),
  });

  expect(schema.parse({})).toEqual({ timeout: 1_800_000, vars: [], on: true });
});
