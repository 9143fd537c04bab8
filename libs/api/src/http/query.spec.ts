import { firstOf, parseQuery } from './query';

describe('parseQuery', () => {
  it.each([
    ['', {}],
    ['q=', { q: '' }],
    ['q', { q: '' }],
    ['pretty&page=2', { pretty: '', page: '2' }],
    ['q=a=b', { q: 'a=b' }],
    ['q=bulk+07', { q: 'bulk 07' }],
    ['q=%41%2B', { q: 'A+' }],
    ['q=odd|even', { q: 'odd|even' }],
    ['q=\\^`{}[]?:*!(', { q: '\\^`{}[]?:*!(' }],
    ['q=a%20&%20b', { q: 'a ', ' b': '' }],
    ['&&q=x&', { q: 'x' }],
    ['=x', { '': 'x' }],
    ['q=%C3%BC', { q: 'ü' }],
    ['q=\u00c3\u00bc', { q: 'ü' }],
    ['q=%FF', { q: '\ufffd' }],
    ['%71=x', { q: 'x' }],
  ])('reads %p', (text, expected) => {
    expect({ ...parseQuery(text) }).toEqual(expected);
  });

  it.each(['q=50%', 'q=%4', 'q=%zz', 'q=odd;even', '%=1', 'a;b'])('drops the parameter of %p', (text) => {
    expect({ ...parseQuery(`${text}&page=3`) }).toEqual({ page: '3' });
  });

  it('keeps every value of a repeated parameter', () => {
    expect(parseQuery('a=1&a=2&a=3')['a']).toEqual(['1', '2', '3']);
  });

  it('is not confused by names that objects have', () => {
    const query = parseQuery('__proto__=x&constructor=y');

    expect(firstOf(query, '__proto__')).toBe('x');
    expect(firstOf(query, 'constructor')).toBe('y');
    expect(firstOf(query, 'toString')).toBeUndefined();
  });
});

describe('firstOf', () => {
  it('is the first value', () => {
    expect(firstOf(parseQuery('a=1&a=2'), 'a')).toBe('1');
  });
});
