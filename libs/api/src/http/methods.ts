const LOOKS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request of this method only looks. All others are taken to change something. */
export const onlyLooks = (method: string): boolean => LOOKS.has(method);
