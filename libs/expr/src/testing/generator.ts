/** Makes sources for the fuzz test: by the grammar, from loose tokens, and by damaging others. */

/** A generator of numbers that gives the same ones for the same seed. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to but excluding 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** What a part of an expression should be. Nine times in ten it is, as far as the generator knows. */
type Kind = 'bool' | 'number' | 'text' | 'list' | 'map' | 'time';

const KINDS: readonly Kind[] = ['bool', 'number', 'text', 'list', 'map', 'time'];

/** Those behind `u` are of unknown type before the run. */
const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  bool: ['true', 'false', 't', 'u.t'],
  number: [
    ...[
      '0',
      '1',
      '-1',
      '2',
      '7',
      '0.5',
      '1e3',
      '9223372036854775807',
      '0x1F',
      '1_000',
      '.5',
      'i',
      'x',
      'u.i',
      'u.x',
      'g.a',
    ],
    ...['item.value.a[1]', 'len(s)', 'u.list[0]', 'nul ?? 3'],
  ],
  text: [
    ...['""', '"a"', '"é😀"', '`raw`', '"[a-c]+"', '"("', '"2024-03-10"', '"1h"', '"{\\"a\\":[1]}"', '"__proto__"'],
    ...['inputs.a', 'inputs.name', 'inputs["json"]', 'inputs.constructor', 'tasks.b', 'item.index', 'u.text', 'g.name'],
  ],
  list: ['[]', '[1, 2.5]', '["a", "b"]', '[nil]', '1..4', 's', 'list', 'users', 'u.list', 'u.users', 'item.value.a'],
  map: [
    '{}',
    '{a: 1, name: "x"}',
    'm',
    'item',
    'inputs',
    'tasks',
    '$env',
    'u',
    'users[0]',
    'groupBy(list, # % 2)',
    'g',
  ],
  time: [
    'when',
    'dur',
    'u.when',
    'u.dur',
    'duration("90s")',
    'date("2024-02-29")',
    'now()',
    'timezone("Europe/Zurich")',
  ],
};

const MEMBERS = [
  'a',
  'name',
  'value',
  'Hour',
  '__proto__',
  'constructor',
  'toString',
  'length',
  'not',
  'in',
  'hasOwnProperty',
];

const BINARY: readonly (readonly [operator: string, operands: Kind, result: Kind])[] = [
  ...['+', '-', '*', '/', '%', '**', '^'].map((operator) => [operator, 'number', 'number'] as const),
  ...['<', '<=', '>', '>=', '==', '!='].map((operator) => [operator, 'number', 'bool'] as const),
  ...['and', 'or', '&&', '||', '==', '!='].map((operator) => [operator, 'bool', 'bool'] as const),
  ...['matches', 'not matches', 'contains', 'startsWith', 'endsWith', '<', '=='].map(
    (o) => [o, 'text', 'bool'] as const,
  ),
  ['+', 'text', 'text'],
  ['??', 'text', 'text'],
  ['..', 'number', 'list'],
  ['==', 'list', 'bool'],
  ['==', 'map', 'bool'],
  ['-', 'time', 'time'],
  ['<', 'time', 'bool'],
];

const CALLS: readonly (readonly [name: string, args: readonly Kind[], result: Kind])[] = [
  ...['abs', 'ceil', 'floor', 'round', 'int', 'float', 'bitnot'].map((name) => [name, ['number'], 'number'] as const),
  ...['max', 'min', 'bitand', 'bitor', 'bitxor', 'bitnand', 'bitshl', 'bitshr', 'bitushr', 'add'].map(
    (name) => [name, ['number', 'number'], 'number'] as const,
  ),
  ...['max', 'min', 'mean', 'median', 'sum', 'len'].map((name) => [name, ['list'], 'number'] as const),
  ...['trim', 'upper', 'lower', 'toBase64', 'fromBase64', 'greet', 'trimPrefix'].map(
    (name) => [name, ['text'], 'text'] as const,
  ),
  ...['first', 'last', 'reverse', 'flatten', 'uniq', 'sort', 'concat'].map((name) => [name, ['list'], 'list'] as const),
  ...['keys', 'values', 'toPairs'].map((name) => [name, ['map'], 'list'] as const),
  ...['hasPrefix', 'hasSuffix'].map((name) => [name, ['text', 'text'], 'bool'] as const),
  ...['indexOf', 'lastIndexOf'].map((name) => [name, ['text', 'text'], 'number'] as const),
  ...KINDS.flatMap((kind) => ['string', 'type', 'toJSON'].map((name) => [name, [kind], 'text'] as const)),
  ['split', ['text', 'text'], 'list'],
  ['splitAfter', ['text', 'text', 'number'], 'list'],
  ['replace', ['text', 'text', 'text'], 'text'],
  ['repeat', ['text', 'number'], 'text'],
  ['join', ['list', 'text'], 'text'],
  ['take', ['list', 'number'], 'list'],
  ['fromJSON', ['text'], 'map'],
  ['fromPairs', ['list'], 'map'],
  ['get', ['map', 'text'], 'text'],
  ['get', ['list', 'number'], 'number'],
  ['duration', ['text'], 'time'],
  ['date', ['text'], 'time'],
  ['unknown', ['text'], 'text'],
];

const CLOSURES: readonly (readonly [name: string, body: Kind, result: Kind])[] = [
  ...['all', 'any', 'none', 'one'].map((name) => [name, 'bool', 'bool'] as const),
  ...['filter', 'find', 'findLast'].map((name) => [name, 'bool', 'list'] as const),
  ...['count', 'findIndex', 'findLastIndex'].map((name) => [name, 'bool', 'number'] as const),
  ['map', 'number', 'list'],
  ['map', 'text', 'list'],
  ['sum', 'number', 'number'],
  ['groupBy', 'text', 'map'],
  ['sortBy', 'number', 'list'],
  ['reduce', 'number', 'number'],
];

const METHODS: readonly (readonly [call: string, result: Kind])[] = [
  ...['Year()', 'Hour()', 'Unix()', 'Hours()', 'Nanoseconds()', 'YearDay()'].map((call) => [call, 'number'] as const),
  ...['Format("Mon Jan _2 15:04:05.000 MST 2006")', 'String()'].map((call) => [call, 'text'] as const),
  ...['AddDate(0, 1, 31)', 'Add(dur)', 'Truncate(dur)', 'Sub(when)', 'Abs()', 'UTC()', 'Month()', 'Location()'].map(
    (call) => [call, 'time'] as const,
  ),
  ['Before(when)', 'bool'],
];

const TOKENS = [
  ...BINARY.map(([operator]) => operator),
  ...Object.values(LEAVES).flat(),
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  ':',
  '::',
  '?',
  '?.',
  '.',
  '#',
  '#index',
  '#acc',
  '|',
  '!',
  'not',
  'let',
  'if',
  'else',
  '=',
  '/*',
  '*/',
  '//',
  '&',
  '@',
  '\\',
  '\u0000',
  '\ufeff',
  '\ud800',
  '\n',
  '{{',
  '}}',
  'map(',
  'reduce(',
];

export class SourceGenerator {
  constructor(private readonly random: Random) {}

  /** An expression by the grammar. */
  expression(depth: number, wanted: Kind = this.random.pick(KINDS), inClosure = false): string {
    const { random } = this;
    const kind = random.below(10) === 0 ? random.pick(KINDS) : wanted;
    if (depth <= 0) return this.leaf(kind, inClosure);
    const sub = (of: Kind, closure = inClosure) => this.expression(depth - 1 - random.below(2), of, closure);
    switch (random.below(12)) {
      case 0:
      case 1:
        return this.binary(kind, sub);
      case 2:
      case 3:
        return this.call(kind, sub);
      case 4:
      case 5:
        return this.closureCall(kind, sub);
      case 6:
        return `(${sub('bool')} ? ${sub(kind)} : ${sub(kind)})`;
      case 7:
        return `(let v${depth} = ${sub('number')}; ${sub(kind)})`;
      case 8:
        return `(if ${sub('bool')} { ${sub(kind)} } else { ${sub(kind)} })`;
      case 9:
        return `(${this.method(kind, sub)})`;
      case 10:
        return this.accessors(sub);
      default:
        return this.literal(kind, sub);
    }
  }

  private leaf(kind: Kind, inClosure: boolean): string {
    const { random } = this;
    if (inClosure && random.below(2) === 0) return random.pick(['#', '#', '#', '.a', '.name', '#index', '#acc']);
    return random.pick(LEAVES[kind]);
  }

  private binary(kind: Kind, sub: (of: Kind) => string): string {
    const fitting = BINARY.filter(([, , result]) => result === kind);
    const [operator, operands] = this.random.pick(fitting.length > 0 ? fitting : BINARY);
    return `(${sub(operands)} ${operator} ${sub(operands)})`;
  }

  private call(kind: Kind, sub: (of: Kind) => string): string {
    const [name, args] = this.random.pick(CALLS.filter(([, , result]) => result === kind).concat(CALLS.slice(0, 1)));
    const written = args.map(sub);
    return this.random.below(4) === 0
      ? `(${written[0]} | ${name}(${written.slice(1).join(', ')}))`
      : `${name}(${written.join(', ')})`;
  }

  private closureCall(kind: Kind, sub: (of: Kind, closure?: boolean) => string): string {
    const { random } = this;
    const fitting = CLOSURES.filter(([, , result]) => result === kind);
    const [name, result] = random.pick(fitting.length > 0 ? fitting : CLOSURES);
    const body = random.below(3) === 0 ? `{${sub(result, true)}}` : sub(result, true);
    const extra = name === 'reduce' ? ', 0' : name === 'sortBy' && random.below(2) === 0 ? ', "desc"' : '';
    return random.below(3) === 0
      ? `(${sub('list')} | ${name}(${body}${extra}))`
      : `${name}(${sub('list')}, ${body}${extra})`;
  }

  private method(kind: Kind, sub: (of: Kind) => string): string {
    const [call] = this.random.pick(METHODS.filter(([, result]) => result === kind).concat(METHODS.slice(0, 1)));
    return `(${sub('time')})${this.random.pick(['.', '?.'])}${call}`;
  }

  private accessors(sub: (of: Kind) => string): string {
    const { random } = this;
    const dot = random.pick(['.', '?.']);
    switch (random.below(4)) {
      case 0:
        return `(${sub('map')})${dot}${random.pick(MEMBERS)}`;
      case 1:
        return `(${sub('map')})${random.pick(['', '?.'])}[${sub('text')}]`;
      case 2:
        return `(${sub('list')})[${sub('number')}]`;
      default:
        return `(${sub(random.pick(['list', 'text']))})[${sub('number')}:${sub('number')}]`;
    }
  }

  private literal(kind: Kind, sub: (of: Kind) => string): string {
    const { random } = this;
    const any = () => sub(random.pick(KINDS));
    switch (kind) {
      case 'list':
        return `[${any()}, ${any()}]`;
      case 'map':
        return `{${random.pick(MEMBERS.slice(0, 7))}: ${any()}, "${random.pick(MEMBERS)}": ${any()}}`;
      case 'number':
        return `-${sub('number')}`;
      default:
        return `${random.pick(['not ', '!'])}${sub('bool')}`;
    }
  }

  /** Tokens in any order. */
  tokens(): string {
    const { random } = this;
    return Array.from({ length: 1 + random.below(12) }, () => random.pick(TOKENS)).join(random.pick(['', ' ', ' ']));
  }

  /** A source with a few characters deleted, doubled, swapped or replaced. */
  damaged(source: string): string {
    const { random } = this;
    const characters = [...source];
    for (let i = random.below(3); i >= 0 && characters.length > 0; i--) {
      const at = random.below(characters.length);
      const character = characters[at] ?? '';
      switch (random.below(4)) {
        case 0:
          characters.splice(at, 1);
          break;
        case 1:
          characters.splice(at, 0, character);
          break;
        case 2:
          characters.splice(at, 1, random.pick(TOKENS));
          break;
        default:
          characters.splice(random.below(characters.length), 0, ...characters.splice(at, 1 + random.below(6)));
      }
    }
    return characters.join('');
  }
}
