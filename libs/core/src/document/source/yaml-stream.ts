import { Composer, Lexer, Parser } from 'yaml';
import type { Document } from 'yaml';
import { DocumentError } from '../errors';
import { MAX_DEPTH } from './source';
import type { SourceText } from './source';

/** Lexical tokens, blank lines and comments included. Reading takes a microsecond or two for each. */
export const MAX_YAML_TOKENS = 1_000_000;

/** Characters that YAML does not let stand in a text, not even in a comment. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Scalars stay text: what they mean depends on the field they are for. Repeated keys and merges are ours to handle. */
const COMPOSE = {
  version: '1.2',
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/**
 * The syntax tree of the first document of a YAML stream; what follows it is not even looked at.
 *
 * @throws DocumentError `EOF` if there is no document, `yaml: line <n>: …` if there is none that can be read.
 */
export function readFirstDocument(source: SourceText): Document.Parsed {
  const forbidden = FORBIDDEN.exec(source.text);
  if (forbidden) {
    const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw yamlError(source, forbidden.index, `control characters are not allowed, found U+${code}`);
  }
  const composer = new Composer(COMPOSE);
  const found = compose(source, composer);
  const [document] = found ? [...found, ...composer.end()] : [];
  if (!document) {
    if (/^%/m.test(source.text)) throw yamlError(source, source.text.length, 'expected --- after the directives');
    throw new DocumentError('EOF', [{ path: '', message: 'the body holds no document' }]);
  }
  const incompatible = document.warnings.find(({ message }) => message.startsWith('Unsupported YAML version'));
  if (incompatible)
    throw yamlError(source, incompatible.pos[0], 'found incompatible YAML document, expected 1.1 or 1.2');
  const [error] = document.errors;
  if (error) throw yamlError(source, error.pos[0], error.message);
  return document as Document.Parsed;
}

/**
 * Drives lexer, parser and composer by hand, for three reasons: to stop after the first document, to count tokens, and
 * because only the parser is free of recursion: it must notice nesting that the composer would fail on.
 */
function compose(source: SourceText, composer: Composer): Document[] | undefined {
  const parser = new Parser();
  let offset = 0;
  let count = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    const documents = feed(composer, parser.next(lexeme));
    if (documents) return documents;
    offset += lexeme.length;
    if (parser.stack.length > MAX_DEPTH) throw yamlError(source, offset, `exceeded max depth of ${MAX_DEPTH}`);
    if (++count > MAX_YAML_TOKENS) {
      throw yamlError(source, offset, `more than ${MAX_YAML_TOKENS} tokens; JSON may hold more`);
    }
  }
  return feed(composer, parser.end());
}

/** Takes the tokens of one step. A document's token may have errors beside it that belong to it. */
function feed(composer: Composer, tokens: ReturnType<Parser['next']>): Document[] | undefined {
  const documents: Document[] = [];
  let complete = false;
  for (const token of tokens) {
    documents.push(...composer.next(token));
    complete ||= token.type === 'document';
  }
  return complete ? documents : undefined;
}

/** An error that ends the reading. */
export function yamlError(source: SourceText, offset: number, message: string): DocumentError {
  const { line, column } = source.positionAt(offset);
  return new DocumentError(`yaml: line ${line}: ${message} (column ${column})`, [{ path: '', line, column, message }]);
}
