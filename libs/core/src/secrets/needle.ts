/** A text that is looked for, with what Knuth, Morris and Pratt need to read each character of a long text once. */
export class Needle {
  /** For each length of a beginning: the longest shorter beginning that it ends in. */
  private readonly fallback: Uint32Array;

  constructor(readonly text: string) {
    this.fallback = new Uint32Array(text.length + 1);
    for (let i = 1, matched = 0; i < text.length; i++) {
      matched = this.next(matched, text.charCodeAt(i));
      this.fallback[i + 1] = matched;
    }
  }

  /** Where it begins in `text`, also where one occurrence begins within another. */
  positionsIn(text: string): number[] {
    const first = text.indexOf(this.text);
    if (first === -1) return [];
    const positions: number[] = [];
    for (let i = first, matched = 0; i < text.length; i++) {
      matched = this.next(matched, text.charCodeAt(i));
      if (matched < this.text.length) continue;
      positions.push(i + 1 - matched);
      matched = this.fallback[matched]!;
    }
    return positions;
  }

  /** How many characters at the end of `text` may be the beginning of it. */
  begunIn(text: string): number {
    let matched = 0;
    for (let i = Math.max(0, text.length - this.text.length + 1); i < text.length; i++) {
      matched = this.next(matched, text.charCodeAt(i));
    }
    return matched;
  }

  private next(matched: number, code: number): number {
    let length = matched;
    while (length > 0 && this.text.charCodeAt(length) !== code) length = this.fallback[length]!;
    return this.text.charCodeAt(length) === code ? length + 1 : 0;
  }
}
