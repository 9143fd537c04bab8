import { getMetadataArgsStorage } from 'typeorm';

type Field<E> = Extract<keyof E, string>;

interface Column {
  /** The entity's property. */
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly isInserted: boolean;
  readonly isUpdated: boolean;
}

const isGenerated = (entity: object, field: string): boolean =>
  getMetadataArgsStorage().generations.some(({ target, propertyName }) => target === entity && propertyName === field);

/**
 * SQL for moving many rows of an entity's table at once. Rows travel as one JSON array whose objects have the entity's
 * properties; that is one parameter and one statement whatever their number, and costs no query builder.
 */
export class Table<E extends object> {
  readonly name: string;
  private readonly columns: readonly Column[];

  constructor(entity: new () => E) {
    const storage = getMetadataArgsStorage();
    this.name = storage.tables.find(({ target }) => target === entity)?.name ?? entity.name;
    this.columns = storage.columns
      .filter(({ target }) => target === entity)
      .map(({ propertyName, options }) => ({
        field: propertyName,
        name: options.name ?? propertyName,
        type: `${String(options.type)}${options.array ? '[]' : ''}`,
        isInserted: options.insert !== false && !isGenerated(entity, propertyName),
        isUpdated: options.update !== false && !options.primary,
      }));
  }

  /** The entity's properties. */
  get fields(): string[] {
    return this.columns.map(({ field }) => field);
  }

  /** `t.id, t.job_id AS "jobId", …`: all columns, or those of the fields named. */
  select(alias: string, fields?: readonly Field<E>[]): string {
    return this.pick(fields)
      .map(({ field, name }) => `${alias}.${name}${field === name ? '' : ` AS "${field}"`}`)
      .join(', ');
  }

  /** `"id" text, "jobId" text, …`: how `json_to_recordset` is to read the fields that are inserted. */
  record(except: readonly Field<E>[] = []): string {
    return this.recordOf(
      this.columns.filter(({ field, isInserted }) => isInserted && !(except as readonly string[]).includes(field)),
    );
  }

  /** An INSERT of the rows of `source`, whose columns are called like the fields. */
  insertFrom(source: string): string {
    const columns = this.columns.filter(({ isInserted }) => isInserted);
    return `INSERT INTO ${this.name} (${columns.map(({ name }) => name).join(', ')})
      SELECT ${columns.map(({ field }) => `i."${field}"`).join(', ')} FROM ${source} AS i`;
  }

  /** An INSERT of the rows in a JSON parameter. */
  insertJson(parameter: string): string {
    return this.insertFrom(`json_to_recordset(${parameter}::json)`) + ` (${this.record()})`;
  }

  /** An UPDATE by id: every column that may change becomes what the JSON parameter says, NULL where it says nothing. */
  updateJson(parameter: string): string {
    return this.updateColumns(
      parameter,
      this.columns.filter(({ isUpdated }) => isUpdated),
    );
  }

  /** As {@link updateJson}, of these fields alone; `computed` are SQL expressions over the row `i`, by field. */
  updateJsonOf(parameter: string, fields: readonly Field<E>[], computed: Partial<Record<Field<E>, string>>): string {
    const further = this.pick(Object.keys(computed)).map(
      ({ field, name }) => `, ${name} = ${computed[field as Field<E>]}`,
    );
    return this.updateColumns(parameter, this.pick(fields), further.join(''));
  }

  private updateColumns(parameter: string, columns: readonly Column[], further = ''): string {
    const id = this.columns.filter(({ field }) => field === 'id');
    return `UPDATE ${this.name} AS t SET ${columns.map(({ field, name }) => `${name} = i."${field}"`).join(', ')}${further}
      FROM json_to_recordset(${parameter}::json) AS i (${this.recordOf([...id, ...columns])}) WHERE t.id = i.id`;
  }

  /** `name = excluded.name, …`, for every column that may change. */
  assignments(source: string): string {
    return this.columns
      .filter(({ isUpdated }) => isUpdated)
      .map(({ name }) => `${name} = ${source}.${name}`)
      .join(', ');
  }

  private recordOf(columns: readonly Column[]): string {
    return columns.map(({ field, type }) => `"${field}" ${type}`).join(', ');
  }

  private pick(fields?: readonly string[]): readonly Column[] {
    return fields ? this.columns.filter(({ field }) => fields.includes(field)) : this.columns;
  }
}
