import { INT, UNKNOWN, type Type } from '../types/type';

/** The variables of the closures and `let`s around a place. */
export class Scope {
  private readonly variables: { readonly name: string; readonly type: Type }[] = [];
  private readonly closures: ReadonlyMap<string, Type>[] = [];

  /** The type of a `let` variable, innermost first. */
  variable(name: string): Type | undefined {
    return this.variables.findLast((variable) => variable.name === name)?.type;
  }

  /** Runs a check in which a variable is visible. */
  withVariable(name: string, type: Type, check: () => Type): Type {
    this.variables.push({ name, type });
    const result = check();
    this.variables.pop();
    return result;
  }

  /** The type of `#name` in the innermost closure. */
  closureVariable(name: string): Type | undefined {
    return this.closures.at(-1)?.get(name);
  }

  /** Runs the check of a closure over elements of a type. */
  withClosure(builtin: string, element: Type, check: () => Type): Type {
    const variables = new Map([['', element]]);
    if (builtin === 'map' || builtin === 'reduce') variables.set('index', INT);
    if (builtin === 'reduce') variables.set('acc', UNKNOWN);
    this.closures.push(variables);
    const result = check();
    this.closures.pop();
    return result;
  }
}
