import { loggingConfig } from './config';

it('writes everything from debug on, in the form that suits the output', () => {
  expect(loggingConfig.parse({})).toEqual({ level: 'debug' });
});

it('takes warning for warn', () => {
  expect(loggingConfig.parse({ level: 'warning', format: 'json' })).toEqual({ level: 'warn', format: 'json' });
});

it('names the level and the format that it does not know', () => {
  const { error } = loggingConfig.safeParse({ level: 'loud', format: 'xml' });

  expect(error?.issues.map(({ message }) => message)).toEqual([
    'invalid logging level: loud',
    'invalid logging format: xml',
  ]);
});
