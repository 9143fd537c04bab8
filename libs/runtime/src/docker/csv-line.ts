/**
 * The fields of one line of CSV. A field in double quotes may hold commas, and a double quote written twice.
 *
 * @throws Error for a quote in the wrong place or missing
 */
export function parseCsvLine(line: string): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (let at = 0; ;) {
    field.lastIndex = at;
    const match = field.exec(line);
    if (!match) throw new Error(`misplaced " in ${line}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '') return fields;
    at = field.lastIndex;
  }
}
