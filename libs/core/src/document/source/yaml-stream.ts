import { Composer, Lexer, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { DocumentError } from '../errors';
import { MAX_DEPTH } from './source';
import type { SourceText } from './source';

/** What the composer calls with an error or a warning. Not exported by the library. */
type ComposeErrorHandler = (
  at: number | [number, number, ...number[]] | { offset: number },
  code: string,
  message: string,
  warning?: boolean,
) => void;

/** Lexical tokens, blank lines and comments included. Reading takes one or two microseconds for each. */
export const MAX_YAML_TOKENS = 500_000;

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
  const composer = strictComposer(source);
  const found = compose(source, composer);
  const [document] = found ? [...found, ...composer.end()] : [];
  if (document) return document;
  if (/^%/m.test(source.text)) throw yamlError(source, source.text.length, 'expected --- after the directives');
  throw new DocumentError('EOF', [{ path: '', message: 'the body holds no document' }]);
}

/**
 * A composer that gives up at the first error. The library's own collects them all, warnings too, each with a stack
 * trace: a megabyte of quotes takes it seven seconds.
 */
function strictComposer(source: SourceText): Composer {
  let first: DocumentError | undefined;
  const onError: ComposeErrorHandler = (at, code, message, warning) => {
    // Warnings are about unknown tags and directives, which have no effect, and about versions, which matter here.
    const incompatible = code === 'BAD_DIRECTIVE' && message.startsWith('Unsupported YAML version');
    if (warning && !incompatible) return;
    const offset = typeof at === 'number' ? at : Array.isArray(at) ? at[0] : at.offset;
    const text = incompatible ? 'found incompatible YAML document, expected version 1.1 or 1.2' : message;
    // On the way up the composer catches what is thrown here, and reports it as an error of its own.
    throw (first ??= yamlError(source, offset, text));
  };
  return Object.assign(new Composer(COMPOSE), { onError });
}

/**
 * Drives lexer, parser and composer by hand, for three reasons: to stop after the first document, to count tokens, and
 * because only the parser is free of recursion: it must notice nesting that the composer would fail on.
 */
function compose(source: SourceText, composer: Composer): Document.Parsed[] | undefined {
  const parser = new Parser();
  let offset = 0;
  let count = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    const documents = feed(source, composer, parser.next(lexeme));
    if (documents) return documents;
    offset += lexeme.length;
    if (parser.stack.length > MAX_DEPTH) throw yamlError(source, offset, `exceeded max depth of ${MAX_DEPTH}`);
    if (++count > MAX_YAML_TOKENS) {
      throw yamlError(source, offset, `more than ${MAX_YAML_TOKENS} tokens, JSON may hold more`);
    }
  }
  return feed(source, composer, parser.end());
}

/** Takes the tokens of one step. An error beside the document's token belongs to the document. */
function feed(source: SourceText, composer: Composer, tokens: Iterable<CST.Token>): Document.Parsed[] | undefined {
  const documents: Document.Parsed[] = [];
  let complete = false;
  for (const token of tokens) {
    if (token.type === 'error') throw yamlError(source, token.offset, token.message);
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
