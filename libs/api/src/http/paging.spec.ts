import { JOB_PAGES, LOG_PAGES, pageRequest } from './paging';
import { parseQuery } from './query';

const read = (query: string, limits = JOB_PAGES) => pageRequest(parseQuery(query), limits);

describe('pageRequest', () => {
  it.each([
    ['', { page: 1, size: 10 }],
    ['page=&size=', { page: 1, size: 10 }],
    ['page=3&size=7', { page: 3, size: 7 }],
    ['page=0&size=0', { page: 1, size: 1 }],
    ['page=-1&size=-1', { page: 1, size: 1 }],
    ['size=1000', { page: 1, size: 20 }],
    ['page=%2B2', { page: 2, size: 10 }],
    ['page=007', { page: 7, size: 10 }],
  ])('reads %p', (query, expected) => {
    expect(read(query)).toMatchObject(expected);
  });

  it('has its own limits for logs', () => {
    expect(read('', LOG_PAGES)).toMatchObject({ size: 25 });
    expect(read('size=101', LOG_PAGES)).toMatchObject({ size: 100 });
  });

  it.each([
    ['page=x', 'invalid page number: x'],
    ['page=1.0', 'invalid page number: 1.0'],
    ['page=1e2', 'invalid page number: 1e2'],
    ['page=%201', 'invalid page number:  1'],
    ['page=--1', 'invalid page number: --1'],
    ['page=99999999999999999999', 'invalid page number: 99999999999999999999'],
    ['page=x&size=y', 'invalid page number: x'],
    ['page=%D9%A3', 'invalid page number: ٣'],
    ['page=2&size=y', 'invalid size: y'],
  ])('refuses %p', (query, message) => {
    expect(() => read(query)).toThrow(expect.objectContaining({ code: 'INVALID_PAGE', message }));
  });

  it('searches for text without NUL', () => {
    expect(read('q=a%00b')).toMatchObject({ q: 'a b' });
  });
});
