import { formatOf } from './job-body';

describe('formatOf', () => {
  it.each([
    ['application/json', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['Application/JSON', 'json'],
    ['text/yaml', 'yaml'],
    ['text/yaml;charset=UTF-8', 'yaml'],
    ['application/x-yaml', 'yaml'],
    ['application/yaml', 'yaml'],
    ['text/x-yaml', 'yaml'],
  ])('takes %s', (type, format) => {
    expect(formatOf(type)).toBe(format);
  });

  it.each(['application/problem+json', 'text/plain', 'yaml', 'constructor', ';'])('refuses %p', (type) => {
    expect(() => formatOf(type)).toThrow(`unknown content type: ${type}`);
  });

  it.each([undefined, ''])('misses it in %p', (type) => {
    expect(() => formatOf(type)).toThrow('missing content type');
  });
});
