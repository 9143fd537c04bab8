import { isForEverybody, originMatcher } from './origins';

describe('originMatcher', () => {
  it.each([
    ['https://a.example', 'https://a.example', true],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example', 'https://a.example:8443', false],
    ['https://a.example', 'https://A.example', false],
    ['https://a.example', 'https://aXexample', false],
    ['https://*.example', 'https://a.example', true],
    ['https://*.example', 'https://a.b.example', true],
    ['https://*.example', 'https://example', false],
    ['https://*.example', 'https://a.example.evil', false],
    ['https://*.example', 'http://a.example', false],
    ['http://localhost:*', 'http://localhost:3000', true],
    ['http://host-?.example', 'http://host-1.example', true],
    ['http://host-?.example', 'http://host-12.example', false],
    ['http://(a|b).example', 'http://a.example', false],
    ['null', 'null', true],
    ['https://a.example', 'null', false],
    ['*', 'null', true],
  ])('with %s: %s is %p', (pattern, origin, expected) => {
    expect(originMatcher([pattern])(origin)).toBe(expected);
  });

  it('takes no time for what is too long to be an origin', () => {
    const isAllowed = originMatcher(['https://*a*a*a*a*a*a*a*a*b']);

    expect(isAllowed(`https://${'a'.repeat(100_000)}`)).toBe(false);
    expect(isAllowed(`https://${'a'.repeat(8)}b`)).toBe(true);
  });
});

describe('isForEverybody', () => {
  it.each(['*', '**', 'http*', 'https://*', '*.invalid'])('%s is', (pattern) => {
    expect(isForEverybody(pattern)).toBe(true);
  });

  it.each(['https://*.example.com', 'https://a.example', 'null', '?'])('%s is not', (pattern) => {
    expect(isForEverybody(pattern)).toBe(false);
  });
});
