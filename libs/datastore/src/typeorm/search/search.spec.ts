import { jobQueryOf } from './job-query';
import { allOf } from './lexemes';
import { parseTerms } from './terms';

describe('a search text', () => {
  it.each([
    [undefined, { text: '' }],
    ['  ', { text: '' }],
    ['  two \t words\n', { text: 'two words' }],
    ['tag:a', { text: '', tags: ['a'] }],
    ['x tags:a,b y tag:c', { text: 'x y', tags: ['a', 'b', 'c'] }],
    ['tag:', { text: '', tags: [''] }],
    ['tags:,', { text: '', tags: ['', ''] }],
    ['TAG:a', { text: 'TAG:a' }],
    ['tag:a:b tag :c', { text: 'tag :c', tags: ['a:b'] }],
    ['a\0b', { text: 'a b' }],
  ])('%j is words and tags', (q, terms) => {
    expect(parseTerms(q)).toEqual(terms);
  });

  it('becomes a query whatever signs its words have', () => {
    expect(allOf(['foo', "it's", 'back\\slash', "'"])).toBe(`'foo' & 'it''s' & 'back\\\\slash' & ''''`);
  });

  it('matches by words alone, unless it names a state', () => {
    expect(jobQueryOf({ text: 'foo bar' }, ['foo', 'bar'])).toEqual({ alternatives: [{ lexemes: ['foo', 'bar'] }] });
    expect(jobQueryOf({ text: '', tags: ['a'] }, [], 'ada')).toEqual({
      alternatives: [{ lexemes: [] }],
      tags: ['a'],
      user: 'ada',
    });
  });

  it('of stop words alone matches nothing', () => {
    expect(jobQueryOf({ text: 'the' }, []).alternatives).toEqual([]);
  });

  it('that names states matches where at most one of them is the state and the others are words', () => {
    expect(jobQueryOf({ text: 'failed running x' }, ['fail', 'run', 'x']).alternatives).toEqual([
      { lexemes: ['fail', 'run', 'x'] },
      { lexemes: ['run', 'x'], state: { is: 'FAILED', lexeme: 'fail' } },
      { lexemes: ['fail', 'x'], state: { is: 'RUNNING', lexeme: 'run' } },
    ]);
  });
});
