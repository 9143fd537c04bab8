/** Texts of users are shown in messages up to this length. */
const MAX_SHOWN = 100;

/** A user's text for an error message: in double quotes, control characters escaped, cut when it is long. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

/** A text cut to what fits in a message, on a boundary of characters. */
export function shorten(text: string, max = MAX_SHOWN): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}…`;
}
