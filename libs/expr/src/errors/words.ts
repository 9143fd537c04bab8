/** A type's name with its article, for messages: `an int`, `a list`, `nil`. */
export function withArticle(type: string): string {
  if (type === 'nil') return type;
  return /^[aeiou]/.test(type) && !type.startsWith('un') ? `an ${type}` : `a ${type}`;
}
