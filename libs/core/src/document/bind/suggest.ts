/**
 * The known name that a mistyped one most likely means: the same but for its case, or with a typo for every three
 * letters. A typo is a letter too much, one missing, a wrong one, or two in the wrong order.
 */
export function suggestion(typed: string, names: Iterable<string>): string | undefined {
  const word = typed.toLowerCase();
  if (word.length > 30) return undefined;
  let best: string | undefined;
  let bestTypos = Math.floor(word.length / 3) + 1;
  for (const name of names) {
    const typos = typosBetween(word, name.toLowerCase());
    if (typos < bestTypos) [best, bestTypos] = [name, typos];
  }
  return best;
}

/** The optimal string alignment distance, row by row. */
function typosBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
