import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom: the table of docs/architecture.md. */
const layers = {
  pure: ['pure'],
  base: ['base', 'pure'],
  port: ['base', 'pure'],
  service: ['port', 'base', 'pure'],
  role: ['service', 'port', 'base', 'pure'],
  facade: ['role', 'service', 'port', 'base', 'pure'],
  app: ['facade', 'role', 'service', 'port', 'base', 'pure'],
  example: ['facade', 'port', 'base', 'pure', 'testing'],
  testing: ['facade', 'role', 'service', 'port', 'base', 'pure', 'testing', 'app'],
};

/** Adapters are composed by the engine and the apps alone; everybody else sees the ports. */
const adapters = [
  '@tork/broker/memory',
  '@tork/broker/rabbitmq',
  '@tork/datastore/typeorm',
  '@tork/runtime/docker',
  '@tork/runtime/shell',
];

/** A wrapped library is seen by its adapter alone. */
const wrapped = [
  { name: 'amqplib', message: 'amqplib stays in libs/broker/src/rabbitmq.' },
  { name: 'dockerode', message: 'dockerode stays in libs/runtime/src/docker.' },
  { name: 'typeorm', message: 'TypeORM stays in libs/datastore/src/typeorm.' },
  { name: 'pg', message: 'pg stays in libs/datastore/src/typeorm.' },
];

/** `allowed` is what a layer may import. */
const boundaries = (allowed) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    // The engine loads an adapter when it is chosen, and the port beside it in any case.
    checkDynamicDependenciesExceptions: ['@tork/**'],
    depConstraints: Object.entries(layers).map(([layer, below]) => ({
      sourceTag: `layer:${layer}`,
      onlyDependOnLibsWithTags: allowed(below).map((l) => `layer:${l}`),
    })),
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'coverage/**', 'tmp/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx, 'import-x': importX },
    rules: {
      '@nx/enforce-module-boundaries': boundaries((allowed) => allowed),
      'import-x/no-cycle': ['error', { maxDepth: 8 }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...wrapped,
            ...adapters.map((name) => ({ name, message: 'Adapters are composed by libs/engine and the apps.' })),
          ],
        },
      ],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: [
      'libs/engine/**/*.ts',
      'apps/**/*.ts',
      '**/*.spec.ts',
      '**/*.int-spec.ts',
      '**/*.fixtures.ts',
      'e2e/**/*.ts',
      'bench/**/*.ts',
      'libs/testing/**/*.ts',
    ],
    rules: { 'no-restricted-imports': ['error', { paths: wrapped }] },
  },
  {
    files: [
      'libs/broker/src/rabbitmq/**/*.ts',
      'libs/runtime/src/docker/**/*.ts',
      'libs/datastore/src/typeorm/**/*.ts',
      'libs/testing/**/*.ts',
      'e2e/**/*.ts',
      'bench/**/*.ts',
    ],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // An extender wraps libraries too, and composes nothing.
    files: ['examples/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: adapters.map((name) => ({ name, message: 'Adapters are chosen by the configuration.' })) },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.fixtures.ts', 'libs/*/src/testing/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries((below) => [...below, 'testing']) },
  },
  { files: ['bench/**', 'scripts/**', 'e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier,
);
