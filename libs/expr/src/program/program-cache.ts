import { Recent } from '../cache/recent';
import type { Environment } from '../environment/environment';
import type { Type } from '../types/type';
import { compileExpression, type CompiledExpression } from './compiled-expression';

/** An expression compiled for environments in which certain names have certain types. */
interface Variant {
  readonly names: readonly string[];
  /** Undefined for names that the environment must not have. */
  readonly types: readonly (Type | undefined)[];
  readonly expression: CompiledExpression;
}

/** One text seldom sees environments of more than two or three shapes: tasks with and without an `each` variable. */
const MAX_VARIANTS = 8;

/** Characters of sources; what is compiled from them takes some hundred bytes for each. */
const variants = new Recent<Variant[]>(500_000);

/**
 * An expression compiled for an environment, from the cache if any environment before had the same types under the names
 * that the expression asks for. Failures are not kept. Throws ExpressionError.
 */
export function cachedExpression(source: string, environment: Environment): CompiledExpression {
  const known = variants.get(source);
  const fitting = known?.find((variant) => fits(variant, environment));
  if (fitting) return fitting.expression;
  const asked = new Map<string, Type | undefined>();
  const expression = compileExpression(source, {
    typeOf: (name) => {
      const type = environment.typeOf(name);
      asked.set(name, type);
      return type;
    },
  });
  const variant = { names: [...asked.keys()], types: [...asked.values()], expression };
  variants.set(source, [variant, ...(known ?? [])].slice(0, MAX_VARIANTS), source.length + 20);
  return expression;
}

function fits({ names, types }: Variant, environment: Environment): boolean {
  for (let i = 0; i < names.length; i++) {
    if (environment.typeOf(names[i] as string) !== types[i]) return false;
  }
  return true;
}
