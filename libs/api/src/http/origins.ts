/** The longest that an origin can be: a host name of 253 characters, with scheme and port. */
const MAX_ORIGIN = 253 + 16;

/** Tells the origins of a list, which may have patterns with `*` (any run of characters) and `?` (any character). */
export function originMatcher(patterns: readonly string[]): (origin: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !isPattern(pattern)));
  const others = patterns.filter(isPattern).map(toExpression);
  return (origin) =>
    origin.length <= MAX_ORIGIN && (exact.has(origin) || others.some((expression) => expression.test(origin)));
}

/** Whether a pattern takes the page of anybody who has a host name. */
export const isForEverybody = (pattern: string): boolean => STRANGERS.some(originMatcher([pattern]));

const STRANGERS = ['http://stranger.invalid', 'https://stranger.invalid'];

const isPattern = (text: string): boolean => /[*?]/.test(text);

function toExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's');
}
