/**
 * Expressions of jobs, compiled and evaluated by @tork/expr and by two other expression languages for JavaScript.
 *
 *   npm run bench:expr
 *
 * Each expression is written in the idiom of each language, and all must agree on the value before anything is timed.
 * Contexts are plain objects, given anew to every evaluation. Times are CPU times, and the languages take turns in short
 * rounds, so that a busy machine slows all of them alike; the best round counts.
 */
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';

const require = createRequire(import.meta.url);
const { compile, stringMap, toPlain } = require('../libs/expr');
const { Jexl } = require('jexl');
const { Parser } = require('expr-eval-fork');

const inputs = { name: 'Ada', count: '5', tag: 'v1.2.0', env: 'production', list: 'a,b,c' };
const tasks = { build: 'sha-4f2c', lint: '{"errors":0,"files":["a.go","b.go"]}' };
const job = { id: '4f2c9a', name: 'nightly build' };
const users = [
  { name: 'Ann', age: 30 },
  { name: 'Bob', age: 25 },
  { name: 'Cy', age: 41 },
];
const plain = { inputs, tasks, job, users, item: { index: '3', value: { size: 12, tags: ['x', 'y'] } } };
const marked = { ...plain, inputs: stringMap(inputs), tasks: stringMap(tasks), job: stringMap(job) };

const expressions = [
  { name: 'member', tork: 'inputs.name', jexl: 'inputs.name', exprEval: 'inputs.name' },
  {
    name: 'equality',
    tork: "inputs.env == 'production'",
    jexl: "inputs.env == 'production'",
    exprEval: 'inputs.env == "production"',
  },
  {
    name: 'concatenation',
    tork: "'registry/app:' + inputs.tag + '-' + job.id",
    jexl: "'registry/app:' + inputs.tag + '-' + job.id",
    exprEval: '"registry/app:" || inputs.tag || "-" || job.id',
  },
  {
    name: 'conversion',
    tork: 'int(inputs.count) * 2 + 1',
    jexl: 'inputs.count|int * 2 + 1',
    exprEval: 'int(inputs.count) * 2 + 1',
  },
  {
    name: 'condition',
    tork: "item.value.size > 10 and inputs.env != 'test' or job.name == ''",
    jexl: "item.value.size > 10 && inputs.env != 'test' || job.name == ''",
    exprEval: 'item.value.size > 10 and inputs.env != "test" or job.name == ""',
  },
  {
    name: 'ternary',
    tork: "len(users) > 2 ? 'large' : 'small'",
    jexl: "users|len > 2 ? 'large' : 'small'",
    exprEval: 'length(users) > 2 ? "large" : "small"',
  },
  { name: 'index', tork: 'item.value.tags[1]', jexl: 'item.value.tags[1]', exprEval: 'item.value.tags[1]' },
  {
    name: 'split',
    tork: "split(inputs.list, ',')",
    jexl: "inputs.list|split(',')",
    exprEval: 'split(inputs.list, ",")',
  },
  {
    name: 'JSON',
    tork: 'fromJSON(tasks.lint).errors',
    jexl: 'tasks.lint|fromJSON|get("errors")',
    exprEval: 'get(fromJSON(tasks.lint), "errors")',
  },
  {
    name: 'filter',
    tork: 'filter(users, .age > 28)',
    jexl: 'users[.age > 28]',
    exprEval: 'filter(isOld(user) = user.age > 28, users)',
  },
];

const jexl = new Jexl();
jexl.addTransform('int', (value) => parseInt(value, 10));
jexl.addTransform('len', (value) => value.length);
jexl.addTransform('split', (value, separator) => value.split(separator));
jexl.addTransform('fromJSON', (value) => JSON.parse(value));
jexl.addTransform('get', (value, key) => value[key]);

const parser = new Parser();
const functions = {
  int: (value) => parseInt(value, 10),
  split: (value, separator) => value.split(separator),
  fromJSON: (value) => JSON.parse(value),
  get: (value, key) => value[key],
};
Object.assign(parser.functions, functions);

const languages = [
  {
    name: '@tork/expr',
    compile: ({ tork }) => {
      const program = compile(tork, marked);
      return () => program.evaluate({ ...marked });
    },
    plain: toPlain,
  },
  {
    name: 'jexl',
    compile: (e) => {
      const expression = jexl.createExpression(e.jexl).compile();
      return () => expression.evalSync({ ...plain });
    },
    plain: (value) => value,
  },
  {
    name: 'expr-eval',
    compile: ({ exprEval }) => {
      const expression = parser.parse(exprEval);
      return () => expression.evaluate({ ...plain });
    },
    plain: (value) => value,
  },
];

/** Operations a second of CPU time, best of the rounds; the candidates take turns. */
function rates(candidates, count, rounds = 9) {
  const best = candidates.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    candidates.forEach((operation, i) => {
      const start = process.cpuUsage();
      for (let n = 0; n < count; n++) operation();
      const { user, system } = process.cpuUsage(start);
      if (round > 0) best[i] = Math.max(best[i], (count / (user + system)) * 1e6);
    });
  }
  return best;
}

function row(name, values) {
  const [own, ...others] = values;
  const cells = values.map((value) => Math.round(value).toLocaleString('en').padStart(14)).join('');
  console.log(`${name.padEnd(14)}${cells}${`${(own / Math.max(...others)).toFixed(1)}×`.padStart(10)}`);
  return own / Math.max(...others);
}

for (const expression of expressions) {
  const values = languages.map(({ compile, plain }) => plain(compile(expression)()));
  if (!values.every((value) => isDeepStrictEqual(value, values[0]))) {
    throw new Error(`the languages disagree on ${expression.name}: ${JSON.stringify(values)}`);
  }
}

const ratios = {};
for (const [title, count, operation] of [
  ['evaluations', 20_000, (language, expression) => language.compile(expression)],
  ['compilations', 500, (language, expression) => () => language.compile(expression)],
]) {
  console.log(`\n${`${title}/s`.padEnd(14)}${languages.map(({ name }) => name.padStart(14)).join('')}   to faster`);
  ratios[title] = expressions.map((expression) =>
    row(
      expression.name,
      rates(
        languages.map((language) => operation(language, expression)),
        count,
      ),
    ),
  );
  const mean = Math.exp(ratios[title].reduce((sum, ratio) => sum + Math.log(ratio), 0) / expressions.length);
  console.log(`geometric mean of the ratios to the faster of the other two: ${mean.toFixed(2)}`);
}
