/**
 * Layouts describe a time by an example: the reference time Mon Jan 2 15:04:05 2006 -0700 MST, written as wanted.
 */

/** The elements of a layout. The digits or letters in the names are what stands for them in the layout. */
export type Element =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | 'Z0700'
  | 'Z070000'
  | 'Z07'
  | 'Z07:00'
  | 'Z07:00:00'
  | '-0700'
  | '-070000'
  | '-07'
  | '-07:00'
  | '-07:00:00'
  /** Fixed digits, `.000`; or `.999`, without trailing zeros. */
  | 'fraction'
  | 'shortest fraction';

/** A literal followed by an element; the last one of a layout has no element. */
export interface LayoutPart {
  readonly literal: string;
  readonly element?: Element;
  /** Of a fraction: `.` or `,`, and the number of digits. */
  readonly separator?: string;
  readonly digits?: number;
}

/** Elements by first character, those that begin with another one before it. */
const ELEMENTS: Readonly<Record<string, readonly Element[]>> = {
  J: ['January', 'Jan'],
  M: ['Monday', 'Mon', 'MST'],
  '0': ['002', '01', '02', '03', '04', '05', '06'],
  '1': ['15', '1'],
  '2': ['2006', '2'],
  _: ['__2', '_2'],
  '3': ['3'],
  '4': ['4'],
  '5': ['5'],
  P: ['PM'],
  p: ['pm'],
  '-': ['-070000', '-07:00:00', '-0700', '-07:00', '-07'],
  Z: ['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07'],
};

const FRACTION = /[.,](?:0+|9+)(?!\d)/y;

const parsed = new Map<string, readonly LayoutPart[]>();
const MAX_PARSED = 200;

/** The parts of a layout, in order. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  let parts = parsed.get(layout);
  if (!parts) {
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parts = split(layout);
    if (layout.length < 100) parsed.set(layout, parts);
  }
  return parts;
}

function split(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let literalFrom = 0;
  let i = 0;
  while (i < layout.length) {
    const found = elementAt(layout, i);
    if (!found) {
      i++;
      continue;
    }
    const { length, ...element } = found;
    parts.push({ literal: layout.slice(literalFrom, i), ...element });
    i += length;
    literalFrom = i;
  }
  parts.push({ literal: layout.slice(literalFrom) });
  return parts;
}

interface Found extends Omit<LayoutPart, 'literal'> {
  readonly element: Element;
  readonly length: number;
}

function elementAt(layout: string, at: number): Found | undefined {
  const first = layout.charAt(at);
  if (first === '.' || first === ',') return fractionAt(layout, at, first);
  // `_2006` is a literal underscore before a year.
  if (first === '_' && layout.startsWith('_2006', at)) return undefined;
  for (const element of ELEMENTS[first] ?? []) {
    if (!layout.startsWith(element, at)) continue;
    // `Jan` and `Mon` are no elements at the start of a longer word, such as `Month`.
    if ((element === 'Jan' || element === 'Mon') && /^[a-z]/.test(layout.slice(at + 3, at + 4))) continue;
    return { element, length: element.length };
  }
  return undefined;
}

function fractionAt(layout: string, at: number, separator: string): Found | undefined {
  FRACTION.lastIndex = at;
  const match = FRACTION.exec(layout);
  if (!match) return undefined;
  const digits = match[0].length - 1;
  return { element: match[0][1] === '0' ? 'fraction' : 'shortest fraction', separator, digits, length: digits + 1 };
}
