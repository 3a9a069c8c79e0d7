import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from '../terminal.ts';

type Role = 'reader' | 'writer' | 'approver' | 'admin';
interface FileOption {
  readonly file: string;
}

const ROLES: readonly Role[] = ['reader', 'writer', 'approver', 'admin'];

/** `auth`: who may log in to a server, and what they may do there. */
export function registerAuth(program: Command, terminal: Terminal): void {
  const commands = () => import('./auth.ts');
  const auth = program
    .command('auth')
    .description('Users, roles and tokens for tidemark server --auth.')
    .addHelpText(
      'after',
      `
Roles, each with what the ones before it may do:
  reader    look at everything
  writer    log runs, register models, ask for transitions
  approver  move versions between stages, set aliases, decide on requests, delete versions
  admin     webhooks, and everything else

Example:
  tidemark auth add-user ada --role admin --file auth.json
  export MLFLOW_TRACKING_TOKEN=$(tidemark auth add-token ada --file auth.json)
  tidemark server --auth auth.json

A running server takes up every change within a second.`,
    );
  const sub = (name: string): Command =>
    auth.command(name).requiredOption('-f, --file <file>', 'the file of users and tokens');

  sub('add-user')
    .description('Add a user; the file is made when there is none.')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'what the user may do').choices(ROLES).default('reader'))
    .option('--password', 'let the user log in with a password, typed or piped in')
    .action(async (name: string, options: FileOption & { role: Role; password?: true }) => {
      await (await commands()).addUserCommand(name, options, terminal);
    });
  sub('remove-user')
    .description('Take a user away, with all tokens.')
    .argument('<name>')
    .action(async (name: string, options: FileOption) => {
      (await commands()).removeUserCommand(name, options, terminal);
    });
  sub('set-password')
    .description('Give a user another password, typed or piped in.')
    .argument('<name>')
    .action(async (name: string, options: FileOption) => {
      await (await commands()).setPasswordCommand(name, options, terminal);
    });
  sub('set-role')
    .description('Give a user a role for everything, or for one experiment or model.')
    .argument('<name>')
    .argument(
      '<role>',
      `${ROLES.join(', ')}; none for nothing at all, default to take back`,
      roleName,
    )
    .option('--experiment <id>', 'for the experiment of this id alone')
    .option('--model <name>', 'for this registered model alone')
    .action(
      async (
        name: string,
        role: Role | 'none' | 'default',
        options: FileOption & { experiment?: string; model?: string },
        command: Command,
      ) => {
        if (role === 'default' && options.experiment === undefined && options.model === undefined) {
          command.error('error: default takes back an exception; say --experiment or --model');
        }
        (await commands()).setRoleCommand(name, role, options, terminal);
      },
    );
  sub('add-token')
    .description('Make a token and show it, this once.')
    .argument('<user>')
    .option('--name <name>', 'what it is for', 'token')
    .option('--days <days>', 'how long it lasts; without it until it is revoked', positiveInteger)
    .addOption(new Option('--role <role>', 'the most it allows, if less').choices(ROLES))
    .action(
      async (user: string, options: FileOption & { name: string; days?: number; role?: Role }) => {
        (await commands()).addTokenCommand(user, options, terminal);
      },
    );
  sub('revoke')
    .description('Take a token back.')
    .argument('<token-id>', 'as `auth list` shows it; it is part of the token')
    .action(async (id: string, options: FileOption) => {
      (await commands()).revokeCommand(id, options, terminal);
    });
  sub('list')
    .description('List users and tokens, never what they log in with.')
    .option('--json', 'print JSON, for programs')
    .action(async (options: FileOption & { json?: true }) => {
      (await commands()).listUsersCommand(options, terminal);
    });
}

function roleName(text: string): string {
  if ([...ROLES, 'none', 'default'].includes(text)) return text;
  throw new InvalidArgumentError(`Give one of ${ROLES.join(', ')}, none or default.`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}
