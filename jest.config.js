'use strict';

/** Tests run the TypeScript sources: every `@tork/*` package offers them under the export condition `@tork/source`. */
const shared = {
  testEnvironment: '<rootDir>/libs/testing/jest-environment.js',
  testEnvironmentOptions: { customExportConditions: ['@tork/source', 'node', 'require', 'default'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** @type {import('jest').Config} */
module.exports = {
  // A stop for what hangs, wide enough for a busy machine. Jest reads it here alone, not in a project.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/libs', '<rootDir>/apps'], testMatch: ['**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/examples'],
      testMatch: ['**/*.int-spec.ts'],
    },
    { ...shared, displayName: 'e2e', roots: ['<rootDir>/e2e', '<rootDir>/examples'], testMatch: ['**/*.e2e-spec.ts'] },
  ],
};
