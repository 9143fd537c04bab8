import { define, type Callable, type Param } from '../types/callable';
import { location, text } from '../types/params';
import { DURATION, LOCATION, TIME } from '../types/type';
import { fail } from '../errors/failure';
import type { Run } from '../evaluator/run';
import { describe } from '../values/kinds';
import { parseDuration } from '../time/duration';
import { Location, locationNamed, UTC } from '../time/location';
import { parseDate, parseTime } from '../time/parse';
import { Time } from '../time/time';

/** Which argument of `date` is which depends on the first one, so all is left to the run. */
const dateArgument: Param<string | Location> = {
  label: 'a string or a location',
  accepts: () => true,
  read: (value) => (typeof value === 'string' || value instanceof Location ? value : undefined),
};

/** Section "time" of the built-ins. */
export const TIME_BUILTINS: readonly Callable[] = [
  define('now', [], TIME, (run, place = UTC) => run.now().in(place), [location]),
  define('duration', [text], DURATION, (_run, s) => parseDuration(s)),
  define(
    'date',
    [dateArgument],
    TIME,
    (run, a, b, c) =>
      date(
        run,
        [a, b, c].filter((arg) => arg !== undefined),
      ),
    [dateArgument, dateArgument],
  ),
  define('timezone', [text], LOCATION, (_run, name) => locationNamed(name)),
];

/** Steps of reading a date, for which up to seven forms are tried. */
const COST_OF_DATE = 100;

/** `date([location,] text [, layout [, zone]])`. */
function date(run: Run, args: readonly (string | Location)[]): Time {
  const [first] = args;
  const place = first instanceof Location ? first : UTC;
  const [s, layout, zone] = args.slice(first instanceof Location ? 1 : 0);
  run.step(COST_OF_DATE + (typeof layout === 'string' ? layout.length : 0));
  if (typeof s !== 'string') return fail(`date needs a string, found ${s === undefined ? 'nothing' : describe(s)}`);
  if (layout === undefined) return parseDate(s, place);
  if (layout instanceof Location || zone instanceof Location)
    return fail('date needs a layout and the name of a zone as strings');
  const time = parseTime(layout, s, zone === undefined ? place : locationNamed(zone));
  return time ?? fail('date found a text that does not have the form of the layout');
}
