import { wildcard } from './request-log';

describe('wildcard', () => {
  it.each([
    ['GET /health', 'GET /health', true],
    ['GET /health', 'GET /healthy', false],
    ['GET /jobs/*', 'GET /jobs/1/log', true],
    ['GET /jobs/*', 'GET /jobs/', true],
    ['* /jobs*', 'POST /jobs', true],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['GET /a.c', 'GET /abc', false],
    ['get /health', 'GET /health', false],
    ['GET /[a]+', 'GET /[a]+', true],
    ['a*b', 'a\nb', true],
  ])('%p and %p', (pattern, text, expected) => {
    expect(wildcard(pattern).test(text)).toBe(expected);
  });
});
