import { existsSync } from 'node:fs';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption, ROLES, type Role } from './auth-options.ts';

interface AddUserOptions extends AuthFileOption {
  readonly role: Role;
  readonly password?: true;
}

/** `tidemark auth add-user`. */
export const addUser: CommandDefinition = {
  name: 'add-user',
  summary: 'Add a user. A missing file is created.',
  arguments: [argument('<name>', 'the name of the user')],
  options: [
    AUTH_FILE,
    option('--role <role>', 'the role of the user', undefined, 'reader').choices(ROLES),
    option('--password', 'set a password for the user, typed or from standard input'),
  ],
  async action(name: string, options: AddUserOptions, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { readNewPassword } = await import('./read-password.ts');
    const { file: path, role } = options;
    const file = existsSync(path) ? server.readAuthFile(path) : { users: [] };
    // Checked before the user has to type a password.
    const added = server.addUser(file, { name, role });
    const changed =
      options.password === true
        ? server.setPassword(added, name, await readNewPassword(terminal))
        : added;
    server.writeAuthFile(path, changed);
    say(terminal, `${printable(name)} now has the role ${role}.\n`);
    if (options.password !== true) {
      say(terminal, `To log in: tidemark auth add-token ${printable(name)} --file ${path}\n`);
    }
  },
};
