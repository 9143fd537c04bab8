import { parseGpus } from './gpus';

it.each([
  ['all', { Count: -1, Capabilities: [['gpu']] }],
  ['2', { Count: 2, Capabilities: [['gpu']] }],
  ['count=3', { Count: 3, Capabilities: [['gpu']] }],
  ['driver=nvidia', { Driver: 'nvidia', Count: 1, Capabilities: [['gpu']] }],
  ['device=GPU-1', { DeviceIDs: ['GPU-1'], Capabilities: [['gpu']] }],
  ['"device=0,2"', { DeviceIDs: ['0', '2'], Capabilities: [['gpu']] }],
  ['all,capabilities=utility', { Count: -1, Capabilities: [['utility', 'gpu']] }],
  ['"capabilities=compute,utility",1', { Count: 1, Capabilities: [['compute', 'utility', 'gpu']] }],
  ['1,"options=a=b,c=d=e,f"', { Count: 1, Capabilities: [['gpu']], Options: { a: 'b', c: 'd=e', f: '' } }],
])('reads %p', (text, request) => {
  expect(parseGpus(text)).toEqual(request);
});

it.each([
  ['some', 'invalid count (some): value must be either "all" or an integer'],
  ['', 'invalid count (): value must be either "all" or an integer'],
  ['1,count=2', "gpu request key 'count' can be specified only once"],
  ['driver=a,driver=b', "gpu request key 'driver' can be specified only once"],
  ['size=1', "unexpected key 'size' in 'size=1'"],
  ['"device=0', 'misplaced " in "device=0'],
])('refuses %p', (text, cause) => {
  expect(() => parseGpus(text)).toThrow(`error setting GPUs: ${cause}`);
});
