/**
 * A port as the engine offers it before there is one: every call rejects until `current` has it, and is passed on from
 * then on. `life` methods belong to the engine.
 */
export function facadeOf<P extends object>(current: () => P, life: readonly (keyof P)[]): P {
  return new Proxy({} as P, {
    get(_, key) {
      if (key === 'then' || life.includes(key as keyof P)) return undefined;
      return async (...args: unknown[]) => {
        const port = current();
        return (Reflect.get(port, key, port) as (...args: unknown[]) => unknown).apply(port, args);
      };
    },
  });
}
