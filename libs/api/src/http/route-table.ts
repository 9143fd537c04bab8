/** The routes that exist, to tell an unknown path from a known one that was asked with another method. */
export class RouteTable {
  private readonly routes: { method: string; segments: string[] }[] = [];

  /** `path` as registered, e.g. `/jobs/:id/log`; `*` at its end stands for any rest. */
  add(method: string, path: string): void {
    this.routes.push({ method, segments: path.split('/') });
  }

  /** `OPTIONS` and the methods of a path, or nothing when there is no such path. */
  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const methods = this.routes.filter((route) => matches(route.segments, segments)).map((route) => route.method);
    return methods.length === 0 ? [] : [...new Set(['OPTIONS', ...methods])];
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, i) => part === '*' || (part.startsWith(':') ? segments[i] !== '' : part === segments[i]));
}
