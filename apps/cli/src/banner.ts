import type { Terminal } from './terminal';
import { version } from './version';

const ART = `
  ######   #####   ######   ##  ##
    ##    ##   ##  ##   ##  ## ##
    ##    ##   ##  ######   ####
    ##    ##   ##  ##  ##   ## ##
    ##     #####   ##   ##  ##  ##`;

const BANNER = `${ART}   ${version}\n`;

/** Shows the banner as `cli.banner.mode` says: `off` not at all, `console` on standard output, else in the log. */
export function showBanner(mode: string, terminal: Terminal, log: (text: string) => void = terminal.err): void {
  if (mode === 'off') return;
  if (mode === 'console') terminal.out(BANNER);
  else log(BANNER);
}
