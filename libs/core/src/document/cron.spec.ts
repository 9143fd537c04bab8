import { CronError, isCron, parseCron } from './cron';

const calendar = (pattern: string, timeZone?: string) => ({ type: 'calendar', pattern, ...(timeZone && { timeZone }) });

describe('parseCron', () => {
  it.each([
    ['* * * * *', calendar('* * * * *')],
    ['0 0 1 1 *', calendar('0 0 1 1 *')],
    ['? ? ? ? ?', calendar('* * * * *')],
    ['  0   9\t* * 1 ', calendar('0 9 * * 1')],
    ['0 9 * * MON-FRI', calendar('0 9 * * 1,2,3,4,5')],
    ['0 0 ? jan,Jul sun', calendar('0 0 * 1,7 0')],
    ['*/15 * * * *', calendar('0,15,30,45 * * * *')],
    ['*/1 * * * *', calendar('* * * * *')],
    ['50/4 * * * *', calendar('50,54,58 * * * *')],
    ['10-20/5,3,3 * * * *', calendar('3,10,15,20 * * * *')],
    ['0 0 1-31 * 1', calendar(`0 0 ${Array.from({ length: 31 }, (_, n) => n + 1).join(',')} * 1`)],
    ['5,* * * * *', calendar('* * * * *')],
    ['*/100000 * * * *', calendar('0 * * * *')],
    ['@yearly', calendar('0 0 1 1 *')],
    ['@annually', calendar('0 0 1 1 *')],
    ['@monthly', calendar('0 0 1 * *')],
    ['@weekly', calendar('0 0 * * 0')],
    ['@daily', calendar('0 0 * * *')],
    ['@midnight', calendar('0 0 * * *')],
    ['@hourly', calendar('0 * * * *')],
    ['TZ=Europe/Zurich 0 9 * * *', calendar('0 9 * * *', 'Europe/Zurich')],
    ['CRON_TZ=UTC @daily', calendar('0 0 * * *', 'UTC')],
    ['TZ= @daily', calendar('0 0 * * *', 'UTC')],
    ['@every 1h30m', { type: 'interval', everyMs: 5_400_000 }],
    ['@every 1.9s', { type: 'interval', everyMs: 1000 }],
    ['@every 1ms', { type: 'interval', everyMs: 1000 }],
    ['@every -5s', { type: 'interval', everyMs: 1000 }],
    ['TZ=Asia/Tokyo @every 5s', { type: 'interval', everyMs: 5000 }],
  ])('reads %j', (text, expected) => {
    expect(parseCron(text)).toEqual(expected);
    expect(isCron(text)).toBe(true);
  });

  it.each([
    ['', 'expected 5 fields, found 0'],
    [' ', 'expected 5 fields, found 0'],
    ['hello', 'expected 5 fields, found 1'],
    ['* * * *', 'expected 5 fields, found 4'],
    ['* * * * * *', 'expected 5 fields, found 6'],
    ['0 0 1 1 * 2030', 'expected 5 fields, found 6'],
    ['61 * * * *', '"61" is no minute: expected 0 to 59'],
    ['-1 * * * *', '"" is no minute'],
    ['* 24 * * *', '"24" is no hour: expected 0 to 23'],
    ['0 0 32 1 *', '"32" is no day of month: expected 1 to 31'],
    ['0 0 0 1 *', '"0" is no day of month'],
    ['0 0 1 13 *', '"13" is no month: expected 1 to 12'],
    ['0 0 * * 7', '"7" is no day of week: expected 0 to 6'],
    ['0 0 * * monday', '"monday" is no day of week'],
    ['0 0 * JUNE *', '"JUNE" is no month'],
    ['MON * * * *', '"MON" is no minute'],
    ['5-1 * * * *', '"5-1" is no minute'],
    ['1-2-3 * * * *', '"1-2-3" is no minute'],
    ['*/0 * * * *', '"*/0" is no minute'],
    ['*/x * * * *', '"" is no minute'],
    ['1/2/3 * * * *', '"" is no minute'],
    ['1,,2 * * * *', '"" is no minute'],
    ['1.5 * * * *', '"1.5" is no minute'],
    ['a b c d e', '"a" is no minute'],
    ['@', 'unknown descriptor "@"'],
    ['@reboot', 'unknown descriptor "@reboot"'],
    ['@Daily', 'unknown descriptor "@Daily"'],
    ['@every', 'unknown descriptor "@every"'],
    ['@every soon', '@every needs a duration, found "soon"'],
    ['@every 1d', '@every needs a duration, found "1d"'],
    ['TZ=Nowhere/Town 0 9 * * *', 'unknown time zone "Nowhere/Town"'],
    ['TZ=+01:00 0 9 * * *', 'unknown time zone "+01:00"'],
    ['TZ=UTC', 'expected 5 fields, found 1'],
    ['constructor', 'expected 5 fields, found 1'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCron(text)).toThrow(CronError);
    expect(() => parseCron(text)).toThrow(message);
    expect(isCron(text)).toBe(false);
  });
});
