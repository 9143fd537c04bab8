/** The value below which a share of the numbers lies, e.g. 0.95. */
export function percentile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) return NaN;
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
