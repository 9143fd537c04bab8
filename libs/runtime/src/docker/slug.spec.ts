import { slug } from './slug';

it.each([
  ['The Server ä!', 'the-server-a'],
  ['a', 'a'],
  ['  db_1 -- main  ', 'db_1-main'],
  ['Straße Øst', 'strasse-ost'],
  ['ﬁle №1', 'file-no1'],
  ['数据', ''],
  ['', ''],
])('spells %p as %p', (name, alias) => {
  expect(slug(name)).toBe(alias);
});
