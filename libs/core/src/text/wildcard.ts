/** A pattern in which `*` is any run of characters and everything else stands for itself; the whole text must match. */
export function wildcard(pattern: string): RegExp {
  const literals = pattern.split('*').map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}
