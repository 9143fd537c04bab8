import { caretSnippet, positionOf } from './position';

/** Where an expression failed: before it saw any value, or while it ran. */
export type Phase = 'compile' | 'run';

/** Stable codes of `ExpressionError`, one a phase. */
export type ExpressionErrorCode = 'EXPRESSION_COMPILE_FAILED' | 'EXPRESSION_RUN_FAILED';

/**
 * The one error that the language raises. Its message holds the expression and the reason, never a value from the
 * context: inputs and secrets do not reach a log through it.
 */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  /** 1-based line within `expression`. */
  readonly line: number;
  /** 1-based column within that line, in UTF-16 units. */
  readonly column: number;

  constructor(
    readonly phase: Phase,
    /** The source, without the braces of a template. */
    readonly expression: string,
    /** What is wrong, without expression and position. */
    readonly reason: string,
    /** Offset into `expression` of the part that failed. */
    readonly offset: number,
    /** `cause` is what a function of the host has thrown. */
    options?: ErrorOptions,
  ) {
    const { line, column } = positionOf(expression, offset);
    const place = line === 1 ? `column ${column}` : `line ${line}, column ${column}`;
    super(
      `error ${phase === 'compile' ? 'compiling' : 'evaluating'} expression: ${expression}: ${reason} (${place})`,
      options,
    );
    this.name = 'ExpressionError';
    this.code = phase === 'compile' ? 'EXPRESSION_COMPILE_FAILED' : 'EXPRESSION_RUN_FAILED';
    this.line = line;
    this.column = column;
  }

  /** The source line with a caret under the column that failed, for terminals and editors. */
  get caret(): string {
    return caretSnippet(this.expression, this);
  }
}
