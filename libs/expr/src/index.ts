/**
 * The expression and template language of Tork jobs. The face below is settled; the stages behind it follow.
 */

/** A value of the language. Bools, text and lists are plain JavaScript; `nil` is `null`. See `toPlain` for the rest. */
export type Value = unknown;

/**
 * The names an expression sees. Values: `null` (nil), booleans, strings, bigints, numbers (integral ones are ints, see
 * `float`), arrays, plain objects and Maps (maps), Dates, language values from an earlier evaluation, and the markers
 * `stringMap`, `record`, `float` and `defineFunction`.
 */
export type ExpressionContext = Readonly<Record<string, unknown>>;

declare const brand: unique symbol;

/** Marks a context value as string map: a missing key reads as `""`. Wraps, does not copy; `undefined` is an absent one. */
export declare function stringMap(entries: Readonly<Record<string, string>> | undefined): {
  readonly [brand]: 'strings';
};

/** Marks a context value as closed record: naming a member that it does not have is a compile error. */
export declare function record(members: Readonly<Record<string, unknown>>): { readonly [brand]: 'record' };

/** Marks a number as float even if it is integral. */
export declare function float(value: number): { readonly [brand]: 'float' };

/** Replaces every `{{ expression }}` in the text by the text form of its value. Throws ExpressionError. */
export declare function render(template: string, context: ExpressionContext): string;

/** Evaluates the first `{{ expression }}` of the text, or the whole text if it has none; the value keeps its type. */
export declare function evaluateValue(text: string, context: ExpressionContext): Value;

/** Compiles what `evaluateValue` would evaluate, without a context: unknown names pass. Empty text is fine. */
export declare function validate(text: string): ExpressionError | undefined;

/** Turns a language value into plain JavaScript: maps become objects, ints and floats numbers, times ISO text. */
export declare function toPlain(value: Value): unknown;

export declare class ExpressionError extends Error {
  readonly code: 'EXPRESSION_COMPILE_FAILED' | 'EXPRESSION_RUN_FAILED';
  readonly phase: 'compile' | 'run';
  /** Source of the expression, without braces. */
  readonly expression: string;
  /** What is wrong, without the expression and the position. */
  readonly reason: string;
  /** 1-based, within `expression`. */
  readonly line: number;
  readonly column: number;
  /** The source line with a caret under the column. */
  readonly caret: string;
}
