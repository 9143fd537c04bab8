import { lint } from '../index';

const shape = { inputs: ['name', 'tag', 'env'], tasks: ['build'], secrets: undefined, job: ['id', 'name'] };

const messages = (text: string, bare?: boolean) =>
  lint(text, shape, { bare }).map(({ message, line, column }) => `${line}:${column} ${message}`);

it('warns of names that cannot exist, with their place in the text', () => {
  expect(messages('a {{ input.name }}')).toEqual(['1:6 there is no input; did you mean inputs?']);
  expect(messages('x\n  {{ inputs.tga }}-{{ foo }}')).toEqual([
    '2:13 inputs has no tga; did you mean tag?',
    '2:23 there is no foo',
  ]);
  expect(messages('{{ inputs["nam"] }} {{ tasks?.bild }}')).toEqual([
    '1:10 inputs has no nam; did you mean name?',
    '1:31 tasks has no bild; did you mean build?',
  ]);
});

it('is silent about what may exist', () => {
  expect(messages('{{ inputs.name + tasks.build + secrets.anything + job.id }}')).toEqual([]);
  expect(messages('{{ let x = 1; map([1], let y = #; x + y + # + randomInt()) }} {{ $env["foo"] }}')).toEqual([]);
  expect(messages('{{ "debug" in inputs }} {{ get(inputs, "debug") }} {{ inputs[tasks.build] }}')).toEqual([]);
  expect(messages('no expression: inputs.tga')).toEqual([]);
});

it('knows where variables end', () => {
  expect(messages('{{ (let x = 1; x) + x }}')).toEqual(['1:21 there is no x']);
  expect(messages('{{ let inputz = inputs; inputz.tga }}')).toEqual([]);
});

it('takes a text without braces as an expression where it is told so', () => {
  expect(messages('inputs.tga == "a"', true)).toEqual(['1:8 inputs has no tga; did you mean tag?']);
});

it('leaves what does not compile to validate', () => {
  expect(messages('{{ foo + }}')).toEqual([]);
});

it('has the expression in the warning', () => {
  expect(lint('{{ foo }}', shape)).toEqual([
    { message: 'there is no foo', expression: 'foo', offset: 3, line: 1, column: 4 },
  ]);
});

it('walks chains of any length', () => {
  expect(messages(`{{ ${Array(5000).fill('job.id').join('+')} }}`)).toEqual([]);
  expect(messages(`{{ ${Array(3000).fill('foo').join('+')} }}`)).toHaveLength(3000);
});
