import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credentials of programs. Those of a user go with him. */
export class ApiTokens1795529521000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_tokens (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL CONSTRAINT api_tokens_name_key UNIQUE,
        prefix text NOT NULL,
        scope text NOT NULL,
        hash text COLLATE "C" NOT NULL CONSTRAINT api_tokens_hash_key UNIQUE,
        user_id text COLLATE "C" REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        last_used_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_tokens');
  }
}
