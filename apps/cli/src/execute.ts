import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import type { CliOptions } from './cli-options';
import type { Terminal } from './terminal';
import { version } from './version';

const load = createRequire(__filename);

/** Each command is loaded when it is called: `--version` and help must not wait for the engine. */
const commands = {
  run: () => load('./commands/run') as typeof import('./commands/run'),
  migration: () => load('./commands/migration') as typeof import('./commands/migration'),
  health: () => load('./commands/health') as typeof import('./commands/health'),
  validate: () => load('./commands/validate') as typeof import('./commands/validate'),
  eval: () => load('./commands/eval') as typeof import('./commands/eval'),
  token: () => load('./commands/token') as typeof import('./commands/token'),
};

/** Runs one command line to its end and resolves with the exit code. `options` are for its `run`. */
export async function execute(args: readonly string[], terminal: Terminal, options: CliOptions = {}): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, options, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}

/** Runs a command and reports what it throws: one line, because whoever reads it wants the reason, not our stack. */
type Act = (command: () => Promise<number>, report?: (line: string) => void) => Promise<void>;

function createProgram(terminal: Terminal, options: CliOptions, setExitCode: (code: number) => void): Command {
  const act: Act = async (command, report = terminal.out) => {
    setExitCode(
      await command().catch((error: unknown) => {
        report(error instanceof Error ? error.message : String(error));
        return 1;
      }),
    );
  };
  const program = new Command('tork')
    .description('A distributed workflow engine.')
    .version(version, '-v, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .helpCommand(false)
    .argument('[command]')
    .allowExcessArguments()
    .usage('<command> [options]')
    .action((name?: string) => setExitCode(noCommand(program, name, terminal)));
  addServiceCommands(program, terminal, options, act);
  addToolCommands(program, terminal, act);
  addTokenCommands(program, terminal, act);
  program
    .command('help [command]')
    .description('show the help of tork or of a command')
    .action((name?: string) => setExitCode(showHelp(program, name, terminal)));
  return program;
}

function addServiceCommands(program: Command, terminal: Terminal, options: CliOptions, act: Act): void {
  const run = program
    .command('run [mode]')
    .description('run until told to stop: standalone, coordinator (with the API), worker or api alone')
    .action((mode?: string) =>
      act(async () => {
        if (mode !== undefined) return commands.run().run(mode, terminal, options);
        terminal.out(run.helpInformation().trimEnd());
        terminal.out('missing required argument: mode');
        return 1;
      }),
    );
  program
    .command('migration')
    .description('bring the schema of the datastore up to date')
    .option('--reencrypt', 'write all that may hold secrets anew, with the present datastore.encryption.key')
    .action((flags: { reencrypt?: boolean }) => act(async () => commands.migration().migration(flags, terminal)));
  program
    .command('health')
    .description('ask the API whether it is up')
    .option('--endpoint <url>', 'base URL of the API; default: client.endpoint of the configuration')
    .action((flags: { endpoint?: string }) => act(async () => commands.health().health(flags, terminal)));
}

function addToolCommands(program: Command, terminal: Terminal, act: Act): void {
  program
    .command('validate <file>')
    .description('check a job document, a file or - for standard input, as the API does')
    .option('--scheduled', 'the document is a scheduled job')
    .action((file: string, options: { scheduled?: boolean }) =>
      act(async () => commands.validate().validate(file, options, terminal), terminal.err),
    );
  program
    .command('eval [expression]')
    .description('print the value of an expression')
    .option('--env <file>', 'JSON file with the names that the expression sees')
    .option('--template', 'replace every {{ … }} in the text instead')
    .option('--jsonl', 'answer each line {"expr": …, "env": …} of standard input with a line')
    .action((expression: string | undefined, options: { env?: string; template?: boolean; jsonl?: boolean }) =>
      act(async () => {
        const { evaluate, evaluateLines } = commands.eval();
        if (options.jsonl) return evaluateLines(terminal);
        if (expression !== undefined) return evaluate(expression, options, terminal);
        terminal.err('missing required argument: expression');
        return 1;
      }, terminal.err),
    );
}

/** The commands work on the datastore itself, and so need no token. */
function addTokenCommands(program: Command, terminal: Terminal, act: Act): void {
  const token = program.command('token').description('make, list and revoke API tokens');
  token
    .command('create')
    .description('make a token and print it, this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope>', 'what it opens: read, submit (and read), or admin (everything)')
    .option('--user <name>', 'whom its holder acts as')
    .option('--expires <time>', 'how long it opens anything, e.g. 30d or 12h; default: for ever')
    .action((options: { name: string; scope: string; user?: string; expires?: string }) =>
      act(async () => commands.token().createToken(options, terminal), terminal.err),
    );
  token
    .command('list')
    .description('list tokens, without what makes them secret')
    .action(() => act(async () => commands.token().listTokens(terminal), terminal.err));
  token
    .command('revoke <name>')
    .description('delete a token, which opens nothing from then on')
    .action((name: string) => act(async () => commands.token().revokeToken(name, terminal), terminal.err));
}

/** Exit code 3 for a command that there is not, as in the original. */
const UNKNOWN_COMMAND = 3;

function noCommand(program: Command, name: string | undefined, terminal: Terminal): number {
  return name === undefined ? showHelp(program, undefined, terminal) : unknownCommand(name, terminal);
}

function showHelp(program: Command, name: string | undefined, terminal: Terminal): number {
  const command = name === undefined ? program : program.commands.find((candidate) => candidate.name() === name);
  if (!command) return unknownCommand(name ?? '', terminal);
  terminal.out(command.helpInformation().trimEnd());
  return 0;
}

function unknownCommand(name: string, terminal: Terminal): number {
  terminal.err(`No help topic for '${name}'`);
  return UNKNOWN_COMMAND;
}
