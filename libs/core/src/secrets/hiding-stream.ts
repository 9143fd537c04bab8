import { replaced } from './hidden-texts';
import type { HiddenTexts } from './hidden-texts';

/**
 * Hides values in a text that arrives in pieces. Whatever the pieces, all that comes out is what {@link HiddenTexts.hide}
 * makes of the whole. Only characters that may be the beginning of a value are held back: less than the longest of them.
 */
export class HidingStream {
  private held = '';
  /** So many of the held characters belong to a value for which the replacement has gone out. */
  private covered = 0;

  constructor(private readonly hidden: HiddenTexts) {}

  /** What may be shown now that `piece` has arrived. */
  push(piece: string): string {
    if (this.hidden.isEmpty) return piece;
    const text = this.held + piece;
    return this.release(text, text.length - this.hidden.begunIn(text));
  }

  /** The rest: nothing follows. */
  end(): string {
    return this.release(this.held, this.held.length);
  }

  private release(text: string, end: number): string {
    this.held = text.slice(end);
    if (end === 0) return '';
    const spans = this.hidden.spansIn(text, this.covered).filter(({ start }) => start < end);
    const shownUpTo = Math.max(end, spans.at(-1)?.end ?? 0);
    const isContinued = this.covered > 0;
    // The replacement of what is covered has gone out.
    const from = isContinued ? spans.shift()!.end : 0;
    const shown = replaced(
      text.slice(from, shownUpTo),
      spans.map((span) => ({ start: span.start - from, end: span.end - from })),
    );
    this.covered = shownUpTo - end;
    return shown;
  }
}
