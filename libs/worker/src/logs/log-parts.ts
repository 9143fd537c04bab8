/** Most bytes of a shipped part in UTF-8. */
export const PART_BYTES = 64 * 1024;

const encoder = new TextEncoder();
const scratch = new Uint8Array(PART_BYTES);

/** Cuts a text into parts of at most {@link PART_BYTES} bytes, never inside a character. */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  // A UTF-16 unit takes three bytes at most, so short texts need no counting.
  while (rest.length * 3 > PART_BYTES) {
    const { read } = encoder.encodeInto(rest, scratch);
    parts.push(rest.slice(0, read));
    rest = rest.slice(read);
  }
  if (rest !== '') parts.push(rest);
  return parts;
}
