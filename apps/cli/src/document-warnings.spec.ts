import { documentWarnings } from './document-warnings';

describe('documentWarnings', () => {
  it('has nothing to say of names that exist', () => {
    expect(
      documentWarnings({
        inputs: { city: 'Basel' },
        secrets: { key: 's' },
        tasks: [
          { name: 'a {{ inputs.city }}', var: 'a', env: { K: '{{ secrets.key }}', J: '{{ job.id }}' } },
          { each: { list: '{{ [1, 2] }}', task: { name: '{{ item.value }} of {{ tasks.a }}', var: 'b' } } },
          { if: 'tasks.b != ""', cmd: ['{{ randomInt(10) }}'] },
        ],
        output: '{{ tasks.a }}',
      }),
    ).toEqual([]);
  });

  it('says where a name stands that cannot exist', () => {
    const warnings = documentWarnings({
      inputs: { city: 'Basel' },
      tasks: [
        { name: 'a', env: { C: '{{ inputs.cty }}' }, pre: [{ name: '{{ nope }}' }] },
        { if: 'tasks.missing == "x"', parallel: { tasks: [{ cmd: ['{{ item.value }}'] }] } },
      ],
      output: '{{ tasks.gone }}',
    });

    expect(warnings.map((line) => line.split(': warning: ')[0])).toEqual([
      'tasks[0].env.C:11',
      'tasks[0].pre[0].name:4',
      'tasks[1].if:7',
      'tasks[1].parallel.tasks[0].cmd[0]:4',
      'output:10',
    ]);
    expect(warnings[0]).toContain('cty');
  });

  it('cannot know the results of tasks whose var is a template', () => {
    expect(documentWarnings({ tasks: [{ var: '{{ job.name }}' }], output: '{{ tasks.anything }}' })).toEqual([]);
  });
});
