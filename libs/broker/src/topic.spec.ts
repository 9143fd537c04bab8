import { topicMatcher } from './topic';

it.each([
  ['job.*', ['job.completed', 'job.', 'job.a.b'], ['job', 'jobs.x', 'a.job.x']],
  ['*', ['', 'job', 'job.completed'], []],
  ['job.completed', ['job.completed'], ['job.completed.x', 'jobxcompleted']],
  ['*.job', ['scheduled.job', '.job'], ['job', 'scheduled.jobs']],
  ['a*b*c', ['abc', 'a-b-c', 'a.b.b.c'], ['ac', 'abcd']],
])('%s fits what it should', (pattern, fitting, others) => {
  const matches = topicMatcher(pattern);

  expect([...fitting, ...others].filter(matches)).toEqual(fitting);
});
