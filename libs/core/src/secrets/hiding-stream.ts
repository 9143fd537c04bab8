import { Automaton } from './automaton';

/** What is shown in the place of a secret. */
export const REDACTED = '[REDACTED]';

/** Where a text was found, in characters from the beginning of the whole. */
interface Span {
  start: number;
  end: number;
}

/**
 * Hides texts in a text that arrives in pieces: each becomes {@link REDACTED}, those that overlap become one. What comes
 * out does not depend on the pieces. Only characters that may be the beginning of a hidden text are held back, which is
 * less than the longest of them.
 */
export class HidingStream {
  private state = Automaton.START;
  private held: string[] = [];
  /** Of the first character that is held, and of the next one to come. */
  private start = 0;
  private at = 0;
  /** Found in what is held. */
  private found: Span[] = [];
  /** Up to here everything belongs to a text whose replacement has gone out. */
  private coveredTo = 0;

  constructor(private readonly texts: Automaton) {}

  /** What may be shown now that `piece` has arrived. */
  push(piece: string): string {
    if (this.texts.isEmpty) return piece;
    this.search(piece);
    this.held.push(piece);
    this.at += piece.length;
    return this.release(this.at - this.texts.begunIn(this.state));
  }

  /** The rest: nothing follows. */
  end(): string {
    return this.release(this.at);
  }

  private search(piece: string): void {
    if (this.state === Automaton.START && !this.texts.isWithin(piece)) {
      this.state = this.texts.stateAfter(piece);
      return;
    }
    for (let i = 0; i < piece.length; i++) {
      this.state = this.texts.next(this.state, piece.charCodeAt(i));
      const length = this.texts.endingIn(this.state);
      const end = this.at + i + 1;
      if (length > 0) this.found.push({ start: end - length, end });
    }
  }

  /** All up to `to`: no text that is still to be found begins before. */
  private release(to: number): string {
    if (to <= this.start) return '';
    const text = this.held.join('');
    const { start } = this;
    const due = this.found.filter((span) => span.start < to).sort((a, b) => a.start - b.start || b.end - a.end);
    let shown = '';
    let from = Math.max(start, this.coveredTo);
    for (const span of due) {
      if (span.start >= this.coveredTo) shown += text.slice(from - start, span.start - start) + REDACTED;
      this.coveredTo = Math.max(this.coveredTo, span.end);
      from = this.coveredTo;
    }
    if (from < to) shown += text.slice(from - start, to - start);
    this.found = this.found.filter((span) => span.start >= to);
    this.held = to < this.at ? [text.slice(to - start)] : [];
    this.start = to;
    return shown;
  }
}
