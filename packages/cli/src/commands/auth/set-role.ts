import { type Command, InvalidArgumentError } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption, ROLES, type Role } from './auth-options.ts';

interface SetRoleOptions extends AuthFileOption {
  readonly experiment?: string;
  readonly model?: string;
}

/** `tidemark auth set-role`. */
export const setRole: CommandDefinition = {
  name: 'set-role',
  summary: 'Set the role of a user, for everything or for one experiment or model.',
  arguments: [
    argument('<name>', 'the name of the user'),
    argument(
      '<role>',
      `${ROLES.join(', ')}; none hides it, default removes an exception`,
      roleName,
    ),
  ],
  options: [
    AUTH_FILE,
    option('--experiment <id>', 'only for the experiment with this id'),
    option('--model <name>', 'only for this registered model'),
  ],
  async action(
    name: string,
    role: Role | 'none' | 'default',
    options: SetRoleOptions,
    terminal: Terminal,
    command: Command,
  ) {
    const { experiment, model } = options;
    if (role === 'default' && experiment === undefined && model === undefined) {
      command.error('error: default removes an exception: give --experiment or --model');
    }
    const server = await import('@tidemark/server');
    const { changeAuthFile } = await import('./change-auth-file.ts');
    const scope = {
      ...(experiment === undefined ? {} : { experimentId: experiment }),
      ...(model === undefined ? {} : { model }),
    };
    const granted = role === 'default' ? undefined : role;
    changeAuthFile(options, (file) => server.setRole(file, name, granted, scope));
    const things = [
      ...(experiment === undefined ? [] : [`the experiment ${experiment}`]),
      ...(model === undefined ? [] : [`the model ${model}`]),
    ];
    const where = things.length === 0 ? 'everything without a separate role' : things.join(' and ');
    say(terminal, `${printable(name)}: ${role} for ${printable(where)}.\n`);
  },
};

function roleName(text: string): string {
  if ([...ROLES, 'none', 'default'].includes(text)) return text;
  throw new InvalidArgumentError(`Give one of ${ROLES.join(', ')}, none or default.`);
}
