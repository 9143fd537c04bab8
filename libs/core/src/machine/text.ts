/** A stored text holds no NUL character: Postgres cannot keep it, so it is taken out of what tasks report. */
export const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

/** Two decimals, as progress is shown. */
export const round2 = (n: number): number => Math.round(n * 100) / 100;
