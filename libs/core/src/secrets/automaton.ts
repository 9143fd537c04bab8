/** With so few texts it is faster to look for each with the engine's own search. */
const FEW = 8;

/**
 * Finds any of many texts, reading each character of what is searched once, whatever the texts are: the automaton of Aho
 * and Corasick. A state stands for the longest beginning of a text that ends where the search is.
 */
export class Automaton {
  /** The state before the first character. */
  static readonly START = 0;

  /** By state and character, see {@link edge}. */
  private readonly edges = new Map<number, number>();
  /** For each state: that of the next shorter beginning that ends there, too. */
  private readonly shorter = [Automaton.START];
  private readonly depths = [0];
  /** For each state: length of the longest text that ends there. */
  private readonly ending = [0];
  /** For each state: length of the longest beginning of a longer text that ends there. */
  private readonly begun = [0];
  private readonly texts: readonly string[];
  private readonly longest: number;

  /** @param texts none of them empty */
  constructor(texts: Iterable<string>) {
    this.texts = [...new Set(texts)];
    const parents = new Set<number>();
    this.longest = this.texts.reduce((length, text) => Math.max(length, text.length), 0);
    const added: { parent: number; code: number; state: number }[] = [];
    for (const text of this.texts) {
      let state = Automaton.START;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        const known = this.edges.get(edge(state, code));
        parents.add(state);
        if (known === undefined) added.push({ parent: state, code, state: this.add(state, code) });
        state = known ?? this.depths.length - 1;
      }
      this.ending[state] = text.length;
    }
    // What a state falls back to is nearer to the start, and has to be known before.
    added.sort((a, b) => this.depths[a.state]! - this.depths[b.state]!);
    for (const { parent, code, state } of added) {
      const shorter = parent === Automaton.START ? Automaton.START : this.next(this.shorter[parent]!, code);
      this.shorter[state] = shorter;
      this.ending[state] ||= this.ending[shorter]!;
      this.begun[state] = parents.has(state) ? this.depths[state]! : this.begun[shorter]!;
    }
  }

  get isEmpty(): boolean {
    return this.texts.length === 0;
  }

  next(state: number, code: number): number {
    for (let from = state; ; from = this.shorter[from]!) {
      const to = this.edges.get(edge(from, code));
      if (to !== undefined) return to;
      if (from === Automaton.START) return Automaton.START;
    }
  }

  /** Length of the longest text that ends in this state; 0 if none does. */
  endingIn(state: number): number {
    return this.ending[state]!;
  }

  /** How many of the characters before may be the beginning of a text that goes on. */
  begunIn(state: number): number {
    return this.begun[state]!;
  }

  /** The state after a text in which none of the texts is. */
  stateAfter(text: string): number {
    let state = Automaton.START;
    for (let i = Math.max(0, text.length - this.longest + 1); i < text.length; i++) {
      state = this.next(state, text.charCodeAt(i));
    }
    return state;
  }

  /** Whether any of the texts is in another. */
  isWithin(text: string): boolean {
    if (this.texts.length <= FEW) return this.texts.some((each) => text.includes(each));
    for (let i = 0, state = Automaton.START; i < text.length; i++) {
      state = this.next(state, text.charCodeAt(i));
      if (this.ending[state]! > 0) return true;
    }
    return false;
  }

  /** Adds to `found` those of the texts that are in another, also those within one another. */
  collect(text: string, found: Set<string>): void {
    if (!this.isWithin(text)) return;
    const seen = new Set([Automaton.START]);
    for (let i = 0, state = Automaton.START; i < text.length; i++) {
      state = this.next(state, text.charCodeAt(i));
      for (let at = state; !seen.has(at); at = this.shorter[at]!) {
        seen.add(at);
        const length = this.ending[at]!;
        if (length > 0) found.add(text.slice(i + 1 - length, i + 1));
      }
    }
  }

  private add(parent: number, code: number): number {
    const state = this.depths.push(this.depths[parent]! + 1) - 1;
    this.ending.push(0);
    this.begun.push(0);
    this.shorter.push(Automaton.START);
    this.edges.set(edge(parent, code), state);
    return state;
  }
}

const edge = (state: number, code: number): number => state * 0x10000 + code;
