'use strict';

const { TestEnvironment } = require('jest-environment-node');

/**
 * Node, plus a place for what has to be undone after the last hook of a test file. Jest runs `afterAll` hooks in the
 * order of their definition, so that a database asked for at the top of a file would go before the code under test has
 * closed its connections. What rejects here fails the file.
 */
module.exports = class ServicesEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.afterTestFile = [];
  }

  async handleTestEvent({ name }) {
    if (name !== 'run_finish') return;
    const failures = [];
    for (const undo of this.global.afterTestFile.reverse()) await undo().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
};
