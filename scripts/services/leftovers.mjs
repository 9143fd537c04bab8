/**
 * Whether a database or virtual host belongs to a test process of this machine that has ended without removing it. The
 * name is `tork_test_<process id>_<random>`; libs/testing gives it.
 */
export function isLeftover(name) {
  const pid = /^tork_test_(\d+)_/.exec(name)?.[1];
  if (!pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Whether a URL names a service of this machine: elsewhere, a process id says nothing. */
export const isLocal = (url) => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
