import { Needle } from './needle';

/** What is shown in the place of a secret. */
export const REDACTED = '[REDACTED]';

/** From `start` to before `end`. */
interface Span {
  start: number;
  end: number;
}

/**
 * Values that must not be seen in any text: the secrets of a job. Empty values and single characters are left in texts:
 * they stand everywhere. A value is hidden as well without the white space around it, which shells cut off, and as it
 * stands in JSON. What is derived from it in any other way (base64, a hash, a part of it) is not found.
 */
export class HiddenTexts {
  private readonly values: ReadonlySet<string>;
  private readonly needles: readonly Needle[];

  constructor(values: Iterable<string> = []) {
    this.values = new Set(values);
    this.needles = Array.from(new Set(Array.from(this.values, formsOf).flat()), (text) => new Needle(text));
  }

  /** There is nothing to hide. */
  get isEmpty(): boolean {
    return this.needles.length === 0;
  }

  /** The text with {@link REDACTED} in the place of each value; values that overlap are replaced as one. */
  hide(text: string): string {
    return this.standsIn(text) ? replaced(text, this.spansIn(text)) : text;
  }

  /** Whether a text is one of the values, be it a single character. */
  isValue(value: unknown): boolean {
    return value !== '' && this.values.has(value as string);
  }

  /** Whether a value stands anywhere in a text. */
  standsIn(text: string): boolean {
    return this.needles.some((needle) => text.includes(needle.text));
  }

  /** Where values stand, in order; overlapping ones are one. `covered` characters at the beginning count as such. */
  spansIn(text: string, covered = 0): Span[] {
    const found: Span[] = covered > 0 ? [{ start: 0, end: covered }] : [];
    for (const needle of this.needles) {
      for (const start of needle.positionsIn(text)) found.push({ start, end: start + needle.text.length });
    }
    return found.length > 1 ? merged(found) : found;
  }

  /** How many characters at the end of `text` may be the beginning of a value. */
  begunIn(text: string): number {
    return this.needles.reduce((longest, needle) => Math.max(longest, needle.begunIn(text)), 0);
  }
}

/** A text without what stands at `spans`, from `from` on. */
export function replaced(text: string, spans: readonly Span[]): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of spans) {
    shown += text.slice(at, start) + REDACTED;
    at = end;
  }
  return shown + text.slice(at);
}

/** Those values that stand in a text of `value`, however deep, or in one of its keys. */
export function valuesWithin(values: readonly string[], value: unknown): string[] {
  return values.filter((secret) => {
    const hidden = new HiddenTexts([secret]);
    return !hidden.isEmpty && isWithin(hidden, value);
  });
}

function isWithin(hidden: HiddenTexts, value: unknown): boolean {
  if (typeof value === 'string') return hidden.standsIn(value);
  if (Array.isArray(value)) return value.some((item) => isWithin(hidden, item));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => hidden.standsIn(key) || isWithin(hidden, item));
}

function formsOf(value: string): string[] {
  const trimmed = value.trim();
  return [value, trimmed, inJson(value), inJson(trimmed)].filter((text) => text.length > 1 && !isOneCharacter(text));
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const isOneCharacter = (text: string): boolean => text.length === 2 && text.codePointAt(0)! > 0xffff;

function merged(spans: Span[]): Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else result.push(span);
  }
  return result;
}
