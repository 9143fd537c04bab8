/**
 * A document as it stands in its text, before anything is known about fields: what the JSON and the YAML reader have in
 * common. Scalars keep their source text (`1.50`, `yes`), and every node knows where it begins.
 */
export type SourceNode = ScalarNode | ListNode | MappingNode;

/** How a scalar reads when it stands alone. Quoted text is always `str`. */
export type ScalarTag = 'str' | 'int' | 'float' | 'bool' | 'null';

export interface ScalarNode {
  kind: 'scalar';
  tag: ScalarTag;
  text: string;
  /** Offset into the text of the document. */
  at: number;
}

export interface ListNode {
  kind: 'list';
  items: SourceNode[];
  at: number;
}

export interface MappingNode {
  kind: 'mapping';
  /** In the order of the text, repeated keys included. */
  entries: SourceEntry[];
  /** Keys that the format forbids to repeat. */
  repeated?: RepeatedKey[];
  at: number;
}

export interface SourceEntry {
  key: SourceNode;
  value: SourceNode;
}

export interface RepeatedKey {
  key: string;
  at: number;
  firstAt: number;
}

/** Deeper documents are refused: recursion over them must not run out of stack, here or in whoever reads the job. */
export const MAX_DEPTH = 500;

/** Larger documents are refused. A job of ten thousand tasks has some hundred thousand values. */
export const MAX_VALUES = 1_000_000;

/** The text of a document, for turning offsets into lines and columns. */
export class SourceText {
  readonly text: string;
  private lineStarts: number[] | undefined;

  constructor(text: string) {
    this.text = wellFormed(text);
  }

  /** Line and column of an offset, both from 1. */
  positionAt(offset: number): { line: number; column: number } {
    this.lineStarts ??= lineStartsOf(this.text);
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n?|\n/g)) starts.push(index + ending.length);
  return starts;
}

/** Text without lone surrogates, which neither UTF-8 nor the datastore can hold. */
export function wellFormed(text: string): string {
  if (!/[\ud800-\udfff]/.test(text)) return text;
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
