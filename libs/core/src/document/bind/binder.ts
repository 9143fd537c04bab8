import { quote, shorten } from '../../text/quote';
import { DocumentError, ProblemList } from '../errors';
import { pathText } from '../path';
import type { DocumentProblem } from '../errors';
import type { Path } from '../path';
import type { MappingNode, ScalarNode, SourceNode, SourceText } from '../source/source';
import type { Dialect } from './dialect';
import { shapeText } from './shape';
import type { Field, ListShape, MapShape, ObjectShape, Shape } from './shape';
import { suggestion } from './suggest';

const NUL = { message: 'NUL characters cannot be stored', expected: 'text without NUL' };

/** A plain object as the binder builds it: own keys only, whatever they are called. */
type Bound = Record<string, unknown>;

/**
 * Turns a source tree into the plain value of a shape. Fields that are absent or `null` are left out.
 *
 * @throws DocumentError with a line for each value of the wrong type, unknown key and the like.
 */
export function bind(root: SourceNode, shape: ObjectShape, source: SourceText, dialect: Dialect): unknown {
  return new Binder(source, dialect).root(root, shape);
}

class Binder {
  private readonly problems = new ProblemList();

  constructor(
    private readonly source: SourceText,
    private readonly dialect: Dialect,
  ) {}

  root(node: SourceNode, shape: ObjectShape): unknown {
    const value = this.value(node, shape, { field: shape.name }) ?? {};
    if (!this.problems.isEmpty) {
      const lines = this.problems.lines((problem) => this.dialect.render(problem));
      const { header } = this.dialect;
      throw new DocumentError((header ? [header, ...lines] : lines).join('\n'), this.problems.listed);
    }
    return value;
  }

  /** `previous` is what an earlier entry of the same key gave: maps and objects are merged, anything else replaced. */
  private value(node: SourceNode, shape: Shape, path: Path, previous?: unknown): unknown {
    switch (shape.type) {
      case 'text':
      case 'integer':
      case 'boolean':
        return this.scalar(node, shape, path, previous);
      case 'list':
        return this.list(node, shape, path);
      case 'map':
        return this.map(node, shape, path, previous as Bound | undefined);
      case 'object':
        return this.object(node, shape, path, previous as Bound | undefined);
    }
  }

  private scalar(node: SourceNode, shape: Shape, path: Path, previous: unknown): unknown {
    if (node.kind !== 'scalar') return this.mismatch(node, shape, path);
    if (node.tag === 'null') return previous;
    if (shape.type === 'integer') return this.dialect.integer(node) ?? this.mismatch(node, shape, path);
    if (shape.type === 'boolean') return this.dialect.boolean(node) ?? this.mismatch(node, shape, path);
    return this.text(node, shape, path);
  }

  private text(node: ScalarNode, shape: Shape, path: Path): string | undefined {
    const text = this.dialect.text(node);
    if (text === undefined) return this.mismatch(node, shape, path);
    if (text.includes('\0')) this.problem(node.at, path, () => NUL);
    return text;
  }

  private list(node: SourceNode, shape: ListShape, path: Path): unknown[] | undefined {
    if (isNull(node)) return undefined;
    if (node.kind !== 'list') return this.mismatch(node, shape, path);
    const values: unknown[] = [];
    for (const item of node.items) {
      if (isNull(item) && this.dialect.nullItems === 'dropped') continue;
      const value = this.value(item, shape.item, { parent: path, element: values.length });
      values.push(value ?? (shape.item.type === 'object' ? {} : ''));
    }
    return values;
  }

  private map(node: SourceNode, shape: MapShape, path: Path, previous: Bound = {}): Bound | undefined {
    if (isNull(node)) return undefined;
    if (node.kind !== 'mapping') return this.mismatch(node, shape, path);
    if (this.hasRepeatedKeys(node, path)) return undefined;
    for (const { key, value } of node.entries) {
      const name = this.key(key, path);
      if (name === undefined) continue;
      const place = { parent: path, element: name };
      if (name.includes('\0')) this.problem(key.at, place, () => NUL);
      setOwn(previous, name, this.scalar(value, { type: 'text' }, place, '') ?? '');
    }
    return previous;
  }

  private object(node: SourceNode, shape: ObjectShape, path: Path, previous: Bound = {}): Bound | undefined {
    if (isNull(node)) return undefined;
    if (node.kind !== 'mapping') return this.mismatch(node, shape, path);
    if (this.hasRepeatedKeys(node, path)) return undefined;
    for (const { key, value } of node.entries) {
      const name = this.key(key, path);
      if (name === undefined) continue;
      const field = this.dialect.findField(shape, name);
      if (field) this.field(value, field, path, previous);
      else if (!shape.open) this.unknownField(key.at, name, shape, path);
    }
    return previous;
  }

  private field(node: SourceNode, field: Field, parent: Path, into: Bound): void {
    const value = this.value(node, field.shape, { parent, field: field.label }, into[field.name]);
    if (value === undefined) delete into[field.name];
    else if (!field.ignored) into[field.name] = value;
  }

  /** The text of a key; nothing, and a problem, if it is not text at all. */
  private key(node: SourceNode, path: Path): string | undefined {
    if (node.kind === 'scalar' && node.tag !== 'null') return node.text;
    this.problem(node.at, path, () => {
      const found = node.kind === 'scalar' ? `!!null \`${node.text}\`` : this.dialect.found(node, { type: 'text' });
      return { message: this.dialect.mismatch(found, 'key'), expected: 'key', found };
    });
    return undefined;
  }

  private hasRepeatedKeys(node: MappingNode, path: Path): boolean {
    for (const { key, at, firstAt } of node.repeated ?? []) {
      this.problem(at, path, () => {
        const { line } = this.source.positionAt(firstAt);
        return { message: `mapping key ${quote(key)} already defined at line ${line}`, expected: 'each key once' };
      });
    }
    return node.repeated !== undefined;
  }

  private unknownField(at: number, key: string, shape: ObjectShape, path: Path): void {
    this.problem(at, path, () => {
      const names = [...shape.fields.keys()];
      const meant = suggestion(key, names);
      const message = this.dialect.unknownField(key, shape.name);
      return {
        message: meant ? `${message}, did you mean ${meant}?` : message,
        expected: `one of ${names.join(', ')}`,
        found: shorten(key),
      };
    });
  }

  private mismatch(node: SourceNode, shape: Shape, path: Path): undefined {
    this.problem(node.at, path, () => {
      const found = this.dialect.found(node, shape);
      const expected = shapeText(shape);
      return { message: this.dialect.mismatch(found, expected), expected, found };
    });
    return undefined;
  }

  private problem(at: number, path: Path, describe: () => Omit<DocumentProblem, 'path' | 'line' | 'column'>): void {
    this.problems.add(() => ({ path: pathText(path), ...this.source.positionAt(at), ...describe() }));
  }
}

const isNull = (node: SourceNode): boolean => node.kind === 'scalar' && node.tag === 'null';

/** Sets an own property even if it is called `__proto__`. */
function setOwn(object: Bound, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}
