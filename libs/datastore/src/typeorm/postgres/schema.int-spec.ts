import { createDatabase } from '@tork/testing';
import { getMetadataArgsStorage } from 'typeorm';
import { ENTITIES } from '../entities';
import { MIGRATIONS } from '../migrations';
import { usePostgresDatastores } from '../../testing/postgres-datastores';

const datastores = usePostgresDatastores({ migrated: false });

/** How Postgres calls the types of the entities. */
const TYPES: Record<string, string> = {
  text: 'text',
  'text[]': '_text',
  int: 'int4',
  bigint: 'int8',
  bool: 'bool',
  'double precision': 'float8',
  timestamptz: 'timestamptz',
  json: 'json',
  tsvector: 'tsvector',
};

describe('the schema', () => {
  it('is made by the first of several processes that start together', async () => {
    const ran = await Promise.all([1, 2, 3, 4].map(() => datastores.make({ maxOpen: 1 }).migrate()));

    expect(ran.flat()).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await datastores.make().migrate()).toEqual([]);
  });

  it('has the columns that the entities describe, and no others', async () => {
    const { columns, tables } = getMetadataArgsStorage();
    const described = ENTITIES.flatMap((entity) => {
      const table = tables.find(({ target }) => target === entity)?.name;
      return columns
        .filter(({ target }) => target === entity)
        .map(({ propertyName, options }) => ({
          column: `${table}.${options.name ?? propertyName}`,
          type: TYPES[`${String(options.type)}${options.array ? '[]' : ''}`],
          nullable: options.nullable === true ? 'YES' : 'NO',
        }));
    });

    const stored = await datastores.postgres.sql(
      `SELECT table_name || '.' || column_name AS column, udt_name AS type, is_nullable AS nullable
       FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'jobs_counts')`,
    );

    const byColumn = (a: { column?: unknown }, b: { column?: unknown }) =>
      String(a.column) < String(b.column) ? -1 : 1;
    expect(described.sort(byColumn)).toEqual(stored.sort(byColumn));
  });

  it('is asked for where it is missing', async () => {
    await using empty = await createDatabase();
    const datastore = await datastores.start({ dsn: empty.url });

    await expect(datastore.jobState('x')).rejects.toMatchObject({
      code: 'DATASTORE_UNAVAILABLE',
      message: 'the database has no current schema: run `tork migration`',
    });
    await datastore.close();
  });
});
