import type { DocumentProblem } from '../errors';
import type { ScalarNode, SourceNode } from '../source/source';
import type { Field, ObjectShape, Shape } from './shape';

/** Where JSON and YAML differ in how a value becomes a field. */
export interface Dialect {
  /** Whether `null` in a list is an empty element, or no element at all. */
  readonly nullItems: 'kept' | 'dropped';

  findField(shape: ObjectShape, key: string): Field | undefined;
  /** The value of a field from a scalar other than `null`; nothing if the scalar does not fit. */
  text(scalar: ScalarNode): string | undefined;
  integer(scalar: ScalarNode): number | undefined;
  boolean(scalar: ScalarNode): boolean | undefined;

  /** What was found, for a message that says that it does not fit. */
  found(node: SourceNode, shape: Shape): string;
  mismatch(found: string, expected: string): string;
  unknownField(key: string, owner: string): string;
  /** The text that the API answers. */
  render(problem: DocumentProblem): string;
  readonly header?: string;
}
