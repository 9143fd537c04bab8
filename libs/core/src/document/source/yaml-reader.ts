import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { quote, shorten } from '../../text/quote';
import { MAX_DEPTH, SourceText, wellFormed } from './source';
import type { ListNode, MappingNode, RepeatedKey, ScalarNode, ScalarTag, SourceEntry, SourceNode } from './source';
import { decodeBinary, plainTag } from './yaml-scalar';
import { readFirstDocument, yamlError } from './yaml-stream';

/**
 * Reads the first document of a YAML text, with its aliases and merge keys resolved.
 *
 * @throws DocumentError `EOF` for a text without document, `yaml: line <n>: …` for one that is no YAML.
 */
export function readYaml(source: SourceText): SourceNode {
  return new YamlReader(source).read(readFirstDocument(source));
}

/**
 * What aliases may add to a document, in characters of text plus {@link NODE_COST} a node: a few lines of aliases of
 * aliases would otherwise stand for gigabytes.
 */
const MAX_ALIASED = 4_000_000;
const NODE_COST = 16;

const CORE_TAG = 'tag:yaml.org,2002:';

/** A node with its measures, all aliases in it counted in full. */
interface Measured {
  node: SourceNode;
  cost: number;
  height: number;
}

class YamlReader {
  /** By name, in document order: an alias means the last anchor before it. `undefined` while the node is being read. */
  private readonly anchors = new Map<string, Measured | undefined>();
  private aliased = 0;

  constructor(private readonly source: SourceText) {}

  read(document: Document.Parsed): SourceNode {
    return this.measure(document.contents, 0, 0).node;
  }

  private measure(node: Node | null, at: number, depth: number): Measured {
    if (isAlias(node)) return this.alias(node, depth);
    const anchor = node && 'anchor' in node ? (node.anchor as string | undefined) : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const measured = this.fresh(node, at, depth);
    if (anchor !== undefined) this.anchors.set(anchor, measured);
    return measured;
  }

  private fresh(node: Node | null, at: number, depth: number): Measured {
    if (isMap(node)) return this.mapping(node, depth);
    if (isSeq(node)) return this.list(node, depth);
    const scalar = isScalar(node) ? this.scalar(node) : ({ kind: 'scalar', tag: 'null', text: '', at } as const);
    return { node: scalar, cost: NODE_COST + scalar.text.length, height: 0 };
  }

  private alias(node: Alias, depth: number): Measured {
    const at = startOf(node);
    const target = this.anchors.get(node.source);
    if (!target) {
      const problem = this.anchors.has(node.source)
        ? `anchor ${quote(node.source)} value contains itself`
        : 'unknown anchor referenced'; // unnamed: it may be a password without quotes that begins with a star
      throw yamlError(this.source, at, problem);
    }
    this.aliased += target.cost;
    if (this.aliased > MAX_ALIASED) throw yamlError(this.source, at, 'document contains excessive aliasing');
    if (depth + target.height > MAX_DEPTH) throw yamlError(this.source, at, `exceeded max depth of ${MAX_DEPTH}`);
    return target;
  }

  private list(list: YAMLSeq, depth: number): Measured {
    const at = startOf(list);
    const node: ListNode = { kind: 'list', items: [], at };
    const measured = { node, cost: NODE_COST, height: 0 };
    for (const item of list.items as (Node | null)[]) node.items.push(this.child(measured, item, at, depth));
    return measured;
  }

  private mapping(map: YAMLMap, depth: number): Measured {
    const at = startOf(map);
    const node: MappingNode = { kind: 'mapping', entries: [], at };
    const measured = { node, cost: NODE_COST, height: 0 };
    const keys = new Map<string, number>();
    const merged: MappingNode[] = [];
    const repeated: RepeatedKey[] = [];
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key = this.child(measured, pair.key, at, depth);
      if (key.kind === 'scalar') {
        const firstAt = keys.get(key.text);
        if (firstAt !== undefined) repeated.push({ key: key.text, at: key.at, firstAt });
        else keys.set(key.text, key.at);
      }
      const value = this.child(measured, pair.value, key.at, depth);
      if (isMergeKey(pair.key)) merged.push(...this.merged(value));
      else node.entries.push({ key, value });
    }
    if (repeated.length > 0) node.repeated = repeated;
    node.entries.push(...mergedEntries(merged, keys));
    return measured;
  }

  /** Reads a part of a list or mapping and adds its measures to the whole. */
  private child(whole: Measured, part: Node | null, at: number, depth: number): SourceNode {
    const { node, cost, height } = this.measure(part, at, depth + 1);
    whole.cost += cost;
    whole.height = Math.max(whole.height, height + 1);
    return node;
  }

  /** The mappings that a merge key names, the one that wins first. */
  private merged(value: SourceNode): MappingNode[] {
    const mappings = value.kind === 'list' ? value.items : [value];
    return mappings.map((mapping) => {
      if (mapping.kind === 'mapping') return mapping;
      throw yamlError(this.source, value.at, 'map merge requires map or sequence of maps as the value');
    });
  }

  private scalar(scalar: Scalar): ScalarNode {
    const at = startOf(scalar);
    const value = typeof scalar.value === 'string' ? scalar.value : '';
    const text = scalar.type === Scalar.QUOTE_DOUBLE ? wellFormed(value) : value;
    const plain = scalar.type === Scalar.PLAIN;
    if (scalar.tag === undefined) return { kind: 'scalar', tag: plain ? plainTag(text) : 'str', text, at };
    const tag = scalar.tag.startsWith(CORE_TAG) ? scalar.tag.slice(CORE_TAG.length) : 'str';
    if (tag === 'binary') {
      const decoded = decodeBinary(text);
      if (decoded === undefined) throw yamlError(this.source, at, '!!binary value contains invalid base64 data');
      return { kind: 'scalar', tag: 'str', text: decoded, at };
    }
    if (!isScalarTag(tag)) return { kind: 'scalar', tag: 'str', text, at };
    const actual = tag === 'str' ? 'str' : plainTag(text);
    if (actual !== tag && !(tag === 'float' && actual === 'int')) {
      throw yamlError(this.source, at, `cannot decode !!${actual} \`${shorten(text, 10)}\` as a !!${tag}`);
    }
    return { kind: 'scalar', tag, text, at };
  }
}

/** The entries that merged mappings add. A mapping's own keys win, then those of the mapping merged first. */
function mergedEntries(mappings: MappingNode[], own: Map<string, number>): SourceEntry[] {
  const taken = new Set(own.keys());
  const added: SourceEntry[] = [];
  for (const { entries } of mappings) {
    for (const entry of entries) {
      const key = entry.key.kind === 'scalar' ? entry.key.text : undefined;
      if (key !== undefined && taken.has(key)) continue;
      if (key !== undefined) taken.add(key);
      added.push(entry);
    }
  }
  return added;
}

const isMergeKey = (key: Node | null): boolean =>
  isScalar(key) &&
  key.value === '<<' &&
  (key.tag === `${CORE_TAG}merge` || (key.type === Scalar.PLAIN && (key.tag === undefined || key.tag === '!')));

const SCALAR_TAGS: readonly string[] = ['str', 'int', 'float', 'bool', 'null'] satisfies ScalarTag[];
const isScalarTag = (tag: string): tag is ScalarTag => SCALAR_TAGS.includes(tag);

const startOf = (node: Node): number => node.range?.[0] ?? 0;
