import { fail } from '../errors/failure';

/** Gives each variable a place in the slots of a run: places are free again once the variable is out of sight. */
export class Slots {
  private next = 0;
  private readonly variables: { readonly name: string; readonly slot: number }[] = [];
  private readonly closures: ReadonlyMap<string, number>[] = [];

  /** The slot of a `let` variable, or undefined if the name is one of the environment. */
  variable(name: string): number | undefined {
    return this.variables.findLast((variable) => variable.name === name)?.slot;
  }

  /** Compiles what sees a new variable. */
  withVariable<T>(name: string, compile: (slot: number) => T): T {
    const slot = this.next++;
    this.variables.push({ name, slot });
    const compiled = compile(slot);
    this.variables.pop();
    this.next--;
    return compiled;
  }

  /** The slot of `#name` in the innermost closure. */
  closureVariable(name: string, at: number): number {
    return this.closures.at(-1)?.get(name) ?? fail(`unknown closure variable #${name}`, at);
  }

  /** Compiles a closure. */
  withClosure<T>(compile: (slots: ClosureSlots) => T): T {
    const slots = { element: this.next, index: this.next + 1, accumulator: this.next + 2 };
    this.next += 3;
    this.closures.push(
      new Map([
        ['', slots.element],
        ['index', slots.index],
        ['acc', slots.accumulator],
      ]),
    );
    const compiled = compile(slots);
    this.closures.pop();
    this.next -= 3;
    return compiled;
  }
}

/** Where a closure finds its variables. */
export interface ClosureSlots {
  readonly element: number;
  readonly index: number;
  readonly accumulator: number;
}
