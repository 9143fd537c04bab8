#!/usr/bin/env node
// Writes tork.schema.json, which editors use, from the schema that the server validates with. Run it as
// `npm run schema`, which builds that first.
import { writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import { documentJsonSchema } from '../libs/core/dist/index.js';

const file = new URL('../tork.schema.json', import.meta.url);
const options = await prettier.resolveConfig(file);
await writeFile(file, await prettier.format(JSON.stringify(documentJsonSchema()), { ...options, parser: 'json' }));
