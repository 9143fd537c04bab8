import type { TaskDocument } from '../document/types';
import type { Expressions } from '../machine/view';
import { evaluateTask, isSkipped } from './evaluate';

/** A language of two expressions: `yes` and `no`; everything else fails. */
const expressions: Expressions = {
  render: (template) =>
    template.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
      const value = { yes: 'true', no: ' false ', a: 'A' }[expression];
      if (value === undefined) throw new Error(`error evaluating expression: ${expression}`);
      return value;
    }),
  value: () => undefined,
  condition: () => undefined,
};
const evaluate = (document: TaskDocument) => evaluateTask(document, {}, expressions);

describe('evaluateTask', () => {
  it('renders each field that may hold templates, and no other', () => {
    const text = '{{ a }}';
    const aux = {
      name: text,
      image: text,
      env: { X: text },
      cmd: [text],
      registry: { username: text, password: text },
    };
    const literal = {
      description: text,
      run: text,
      entrypoint: [text],
      files: { [text]: text },
      workdir: text,
      timeout: text,
      gpus: text,
      tags: [text],
    };
    const { task } = evaluate({
      ...literal,
      ...aux,
      var: text,
      queue: text,
      pre: [{ ...aux, run: text }],
      post: [aux],
      sidecars: [{ ...aux, probe: { path: text } }],
    });

    const rendered = { name: 'A', image: 'A', env: { X: 'A' }, cmd: ['A'], registry: { username: 'A', password: 'A' } };
    expect(task).toEqual({
      ...literal,
      ...rendered,
      var: 'A',
      queue: 'A',
      pre: [{ ...rendered, run: text }],
      post: [rendered],
      sidecars: [{ ...rendered, probe: { path: text } }],
    });
  });

  it('gives back the document untouched with the reason when a field cannot be rendered', () => {
    const document = { name: '{{ a }}', env: { X: '{{ boom }}' } };

    expect(evaluate(document)).toEqual({ task: document, error: 'error evaluating expression: boom' });
  });

  it('renders no more than fits in memory, however many templates there are', () => {
    let rendered = 0;
    const long = 'x'.repeat(3_000_000);
    const endless: Expressions = { ...expressions, render: () => ((rendered += 1), long) };
    const env = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`V${i}`, '{{ inputs.x }}']));

    const { error } = evaluateTask({ env }, {}, endless) as { error: string };

    expect(error).toBe('the templates of the task give more than 8000000 characters');
    expect(rendered).toBe(3);
  });

  it.each(['jobs', 'x-node1', 'x-dead-letters', 'q'.repeat(256)])('lets no template name the queue %j', (name) => {
    const named: Expressions = { ...expressions, render: () => name };

    expect(evaluateTask({ queue: '{{ inputs.queue }}' }, {}, named)).toMatchObject({
      error: expect.stringMatching(/^queue: expected a queue that is not one of Tork’s own, .*, found "/),
    });
  });

  it('takes a template that names no queue for none', () => {
    const empty: Expressions = { ...expressions, render: () => '' };

    expect(evaluateTask({ queue: '{{ inputs.queue }}' }, {}, empty)).toEqual({ task: { queue: '' } });
  });

  it.each([
    ['{{ no }}', true],
    ['{{ yes }}', false],
    ['no', true],
    ['yes', false],
    ['', false],
    [' ', false],
    ['{{ a }}', false],
  ])('takes the condition %j for one that passes the task over: %s', (condition, skipped) => {
    expect(isSkipped(evaluate({ if: condition }).task)).toBe(skipped);
  });

  it('leaves a condition without braces that holds as it was written', () => {
    expect(evaluate({ if: 'yes' }).task.if).toBe('yes');
  });
});
