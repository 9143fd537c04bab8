'use strict';

// Runs in the folder that has the packages, and prints for each of their entry points what it exports to `require` and to
// `import`.
const { readdirSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const load = createRequire(join(process.cwd(), 'main.cjs'));

/** What `import` shows of every CommonJS module beside its exports. */
const OF_NODE = ['default', 'module.exports', '__esModule'];

async function main() {
  const packages = ['tork', ...readdirSync('node_modules/@tork').map((name) => `@tork/${name}`)];
  const entries = packages.flatMap((name) =>
    Object.keys(load(`${name}/package.json`).exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => name + entry.slice(1)),
  );
  for (const entry of entries) {
    const imported = await import(pathToFileURL(load.resolve(entry)).href);
    const names = Object.keys(imported).filter((name) => !OF_NODE.includes(name));
    console.log(JSON.stringify({ entry, required: Object.keys(load(entry)).sort(), imported: names.sort() }));
  }
}

void main();
