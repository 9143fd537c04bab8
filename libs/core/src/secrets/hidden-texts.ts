import { Automaton } from './automaton';
import { HidingStream } from './hiding-stream';

/**
 * Values that must not be seen in any text: the secrets of a job. Empty values and single characters are left in texts:
 * they stand everywhere. A value is hidden as well without the white space around it, which shells cut off, and as it
 * stands in JSON. What is derived from it in any other way (base64, a hash, a part of it) is not found.
 */
export class HiddenTexts {
  private readonly values: ReadonlySet<string>;
  private readonly texts: Automaton;

  constructor(values: Iterable<string> = []) {
    this.values = new Set(values);
    this.texts = new Automaton(Array.from(this.values, formsOf).flat());
  }

  /** No text has anything to hide. */
  get isEmpty(): boolean {
    return this.texts.isEmpty;
  }

  /** These values and those of another. */
  with(other: HiddenTexts): HiddenTexts {
    const isKnown = [...other.values].every((value) => this.values.has(value));
    return isKnown ? this : new HiddenTexts([...this.values, ...other.values]);
  }

  /** The text without the values. */
  hide(text: string): string {
    if (!this.standsIn(text)) return text;
    const stream = this.stream();
    return stream.push(text) + stream.end();
  }

  /** Hides the values in a text that arrives in pieces. */
  stream(): HidingStream {
    return new HidingStream(this.texts);
  }

  /** Whether a text is one of the values, be it a single character. */
  isValue(value: unknown): boolean {
    return value !== '' && this.values.has(value as string);
  }

  /** Whether a value stands anywhere in a text. */
  standsIn(text: string): boolean {
    return this.texts.isWithin(text);
  }
}

/** Those values that stand in a text of `value`, however deep, or in one of its keys. */
export function valuesWithin(values: readonly string[], value: unknown): string[] {
  const forms = values.map(formsOf);
  const texts = new Automaton(forms.flat());
  if (texts.isEmpty) return [];
  const found = new Set<string>();
  collect(texts, value, found);
  return values.filter((_, i) => forms[i]!.some((form) => found.has(form)));
}

function collect(texts: Automaton, value: unknown, found: Set<string>): void {
  if (typeof value === 'string') texts.collect(value, found);
  else if (Array.isArray(value)) for (const item of value) collect(texts, item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      texts.collect(key, found);
      collect(texts, item, found);
    }
  }
}

function formsOf(value: string): string[] {
  const trimmed = value.trim();
  return [value, trimmed, inJson(value), inJson(trimmed)].filter((text) => text.length > 1 && !isOneCharacter(text));
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const isOneCharacter = (text: string): boolean => text.length === 2 && text.codePointAt(0)! > 0xffff;
