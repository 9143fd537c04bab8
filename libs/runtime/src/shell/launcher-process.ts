import type { ChildProcess } from 'node:child_process';
import type { KillRequest, LauncherReport, LauncherRequest, LaunchRequest } from './launcher-protocol';

/** The modules that the launcher gets from its own process. */
interface Modules {
  childProcess: typeof import('node:child_process');
  fs: typeof import('node:fs');
}

/** The program of a launcher for the work directories below `root`, to be run with `node -e`. */
export const launcherProgram = (root: string): string =>
  `(${launcher})({ childProcess: require('node:child_process'), fs: require('node:fs') }, ${JSON.stringify(root)})`;

/**
 * Starts and kills processes on request. Runs as a process of its own from its text, so it must not refer to anything
 * outside of its body. When its standard input ends, because the worker stopped or died, it kills all that still runs
 * and removes the work directories: a task of a dead worker must not go on while another worker repeats it.
 */
function launcher({ childProcess, fs }: Modules, root: string): void {
  const running = new Map<number, { child: ChildProcess; launch: LaunchRequest; killTimer?: NodeJS.Timeout }>();
  const nothing = fs.openSync('/dev/null', 'r');
  let reports: string[] = [];

  function report(message: LauncherReport): void {
    if (reports.length === 0) setImmediate(flush);
    reports.push(`${JSON.stringify(message)}\n`);
  }

  function flush(): void {
    process.stdout.write(reports.join(''));
    reports = [];
  }

  function launch(request: LaunchRequest): void {
    const { id, argv, env, workDir, uid, gid } = request;
    const opened: number[] = [];
    try {
      // The end for writing must block, or scripts would get EAGAIN; but to open it may not, even if the worker and
      // with it the reader are gone. So there is a second reader for a moment.
      opened.push(fs.openSync(request.output, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK));
      const output = fs.openSync(request.output, fs.constants.O_WRONLY);
      opened.push(output);
      // `detached` makes it the leader of a session and a process group. With a uid or gid, libuv drops the
      // supplementary groups, then sets gid and uid in this order.
      const stdio = [nothing, output, output];
      const child = childProcess.spawn(argv[0]!, argv.slice(1), { cwd: workDir, env, uid, gid, detached: true, stdio });
      child.once('error', (error: NodeJS.ErrnoException) => refuse(id, error));
      if (child.pid === undefined) return;
      running.set(id, { child, launch: request });
      child.once('exit', (exitCode, signal) => end(id, exitCode, signal));
      report({ type: 'started', id, pid: child.pid });
    } catch (error) {
      refuse(id, error as NodeJS.ErrnoException);
    } finally {
      opened.forEach((fd) => fs.closeSync(fd));
    }
  }

  function refuse(id: number, { code, message }: NodeJS.ErrnoException): void {
    report({ type: 'refused', id, code, message });
  }

  function end(id: number, exitCode: number | null, signal: string | null): void {
    const { child, launch, killTimer } = running.get(id)!;
    running.delete(id);
    // While the group has members its number is not given to another process.
    signalGroup(child, 'SIGKILL');
    if (killTimer) {
      clearTimeout(killTimer);
      purge(launch.workDir);
    }
    report({ type: 'ended', id, exitCode, signal });
  }

  function kill({ id, graceMs }: KillRequest): void {
    const entry = running.get(id);
    if (!entry || entry.killTimer) return;
    signalGroup(entry.child, 'SIGTERM');
    entry.killTimer = setTimeout(() => signalGroup(entry.child, 'SIGKILL'), graceMs);
  }

  function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // ESRCH: the whole group is gone
    }
  }

  /** Finds what left its process group by the environment it inherited. Only where there is a /proc. */
  function purge(workDir: string): void {
    // A process may start another one while we look; three rounds outrun all but those who mean to escape.
    for (let round = 0; round < 3; round++) {
      const found = pids().filter((pid) => belongsTo(pid, workDir));
      for (const pid of found) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // gone meanwhile
        }
      }
      if (found.length === 0) return;
    }
  }

  function pids(): number[] {
    try {
      return fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
    } catch {
      return [];
    }
  }

  function belongsTo(pid: number, workDir: string): boolean {
    try {
      const environment = `\0${fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
      const entry = `\0WORKDIR=${Buffer.from(workDir).toString('latin1')}`;
      return environment.includes(`${entry}\0`) || environment.includes(`${entry}/`);
    } catch {
      return false;
    }
  }

  function take(request: LauncherRequest): void {
    switch (request.type) {
      case 'launch':
        return launch(request);
      case 'kill':
        return kill(request);
      case 'purge':
        purge(request.workDir);
        return report({ type: 'purged', id: request.id });
    }
  }

  function leave(): void {
    for (const { child } of running.values()) signalGroup(child, 'SIGKILL');
    purge(root);
    // Where tasks run as another user their directories are theirs: rm cannot be led elsewhere by links in there.
    childProcess.spawnSync('rm', ['-rf', '--', root]);
    process.exit(0);
  }

  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line) as LauncherRequest);
  });
  process.stdin.once('end', leave);
  process.stdin.once('error', leave);
  // Whoever ends a worker may signal everything around it. This process ends with its input, after the tasks.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  // The worker is gone and nobody reads the reports: the end of the input follows.
  process.stdout.on('error', () => undefined);
}
