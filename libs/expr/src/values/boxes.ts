/** A scalar that JavaScript has no primitive for. */
export interface Scalar {
  /** Tells it apart from all scalars of other type or value; the key that it is in a general map. */
  readonly identity: string;
}

/**
 * A float. JavaScript has one number type where the language has two, so one of them needs a box; ints are the more
 * frequent (lengths, indexes, counters) and go without.
 */
export class Float implements Scalar {
  constructor(readonly value: number) {}

  get identity(): string {
    return `float ${this.value}`;
  }
}

/** One byte of a string, got by indexing it. Behaves like an int in arithmetic but is a type of its own. */
export class Byte implements Scalar {
  constructor(readonly value: number) {}

  get identity(): string {
    return `byte ${this.value}`;
  }
}
