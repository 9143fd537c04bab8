import { parseUserDocument } from './user';

describe('parseUserDocument', () => {
  it.each([
    ['{}', {}],
    ['null', {}],
    [
      '{"username":"ada","password":"p","name":"Ada","disabled":true}',
      { username: 'ada', password: 'p', name: 'Ada', disabled: true },
    ],
    ['{"UserName":"ada","PASSWORD":"p"}', { username: 'ada', password: 'p' }],
    ['{"username":"a","username":"b"}', { username: 'b' }],
    ['{"username":null}', {}],
    ['{"role":"admin","nested":{"a":[1]},"passwordHash":"x"}', {}],
    ['{"id":"mine","createdAt":"2001-01-01T00:00:00Z"}', {}],
    ['{"username":"ada"} and more', { username: 'ada' }],
    ['{"__proto__":{"username":"ada"}}', {}],
  ])('reads %s', (body, user) => {
    expect(parseUserDocument(body)).toEqual(user);
  });

  it.each([
    ['', 'EOF'],
    ['{', 'unexpected EOF'],
    ['username=ada', "invalid character 'u'"],
    ['[]', 'cannot unmarshal array'],
    ['{"username":1}', 'User.Username'],
    ['{"disabled":"yes"}', 'User.Disabled'],
    ['{"id":7}', 'User.ID'],
    ['{"username":"a\\u0000"}', 'NUL characters cannot be stored'],
    ['{"createdAt":"yesterday"}', 'createdAt must be a time'],
    ['{"createdAt":"2001-13-01T00:00:00Z"}', 'createdAt must be a time'],
  ])('refuses %s', (body, message) => {
    expect(() => parseUserDocument(body)).toThrow(message);
  });
});
