/** An expression in a text. */
export interface Match {
  /** Without braces, and without blanks around it. */
  readonly source: string;
  /** Offset of the opening braces. */
  readonly open: number;
  /** Offset of the source. */
  readonly at: number;
  /** Offset behind the closing braces. */
  readonly end: number;
}

/**
 * Finds what `{{\s*(.+?)\s*}}` finds in RE2's syntax, leftmost and shortest, where `.` is no line feed. By hand and in one
 * pass, because many `{{` without an end, or long runs of blanks, would make a backtracking expression quadratic.
 */
export function findExpressions(text: string): Match[] {
  const scanner = new Scanner(text);
  const matches: Match[] = [];
  for (let open = text.indexOf('{{'); open >= 0;) {
    const match = scanner.matchAt(open);
    if (match === 'none left') break;
    if (match) matches.push(match);
    open = text.indexOf('{{', match ? match.end : open + 1);
  }
  return matches;
}

/** A text cut at its expressions: literals at the even places, sources of expressions at the odd ones. */
export type TemplateParts = readonly string[];

export function scanTemplate(text: string): TemplateParts {
  const parts: string[] = [];
  let literalFrom = 0;
  for (const { source, open, end } of findExpressions(text)) {
    parts.push(text.slice(literalFrom, open), source);
    literalFrom = end;
  }
  parts.push(text.slice(literalFrom));
  return parts;
}

class Scanner {
  /** The last closing braces that were looked up, and where the blanks in front of them begin. */
  private close = -1;
  private blanksFrom = 0;
  /** The last line feed that was looked up. */
  private lineFeed = -1;

  constructor(private readonly text: string) {}

  matchAt(open: number): Match | undefined | 'none left' {
    const { text } = this;
    const start = skipBlanks(text, open + 2);
    if (!this.findClose(start + 1)) {
      // No braces behind the first character; there may be some at it, with blanks alone in front.
      return text.startsWith('}}', start) ? this.blankMatch(open, start) : 'none left';
    }
    const end = Math.max(this.blanksFrom, start + 1);
    const lineFeed = this.lineFeedFrom(start);
    if (lineFeed < 0 || lineFeed >= end)
      return { source: text.slice(start, end), open, at: start, end: this.close + 2 };
    return text.startsWith('}}', start) ? this.blankMatch(open, start) : undefined;
  }

  /** `{{ }}`: an expression of one blank, unless the only blanks are line feeds, which no expression contains. */
  private blankMatch(open: number, to: number): Match | undefined {
    for (let at = to - 1; at >= open + 2; at--) {
      if (this.text[at] !== '\n') return { source: this.text.charAt(at), open, at, end: to + 2 };
    }
    return undefined;
  }

  /** Looks for closing braces at or behind an offset; offsets only ever grow. */
  private findClose(from: number): boolean {
    if (this.close < from) {
      this.close = this.text.indexOf('}}', from);
      if (this.close < 0) return false;
      this.blanksFrom = this.close;
      while (this.blanksFrom > from && isBlank(this.text.charCodeAt(this.blanksFrom - 1))) this.blanksFrom--;
    }
    return true;
  }

  private lineFeedFrom(from: number): number {
    if (this.lineFeed < from && this.lineFeed !== -2) {
      this.lineFeed = this.text.indexOf('\n', from);
      if (this.lineFeed < 0) this.lineFeed = -2; // none from here on
    }
    return this.lineFeed;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Space, tab, line feed, form feed and carriage return. */
function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 12 || unit === 13;
}
