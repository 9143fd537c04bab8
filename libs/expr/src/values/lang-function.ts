import type { Callable } from '../types/callable';

/** A function that the host put into the context, as a value. */
export class LangFunction {
  constructor(readonly callable: Callable) {}
}
