import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { renderProse } from '../../render/prose.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption, ROLES, type Role } from './auth-options.ts';

const DAY_MS = 24 * 60 * 60_000;

interface AddTokenOptions extends AuthFileOption {
  readonly name: string;
  readonly days?: number;
  readonly role?: Role;
}

/** `tidemark auth add-token`. */
export const addToken: CommandDefinition = {
  name: 'add-token',
  summary: 'Create a token. It is shown only once.',
  arguments: [argument('<user>', '')],
  options: [
    AUTH_FILE,
    option('--name <name>', 'the purpose of the token', undefined, 'token'),
    option('--days <days>', 'days until it expires (default: never)', positiveInteger),
    option('--role <role>', 'a lower role than that of the user').choices(ROLES),
  ],
  async action(user: string, options: AddTokenOptions, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { file: path, name, days, role } = options;
    const nowMs = Date.now();
    const { file, token, id } = server.addToken(server.readAuthFile(path), user, {
      name,
      nowMs,
      ...(days === undefined ? {} : { expiresAtMs: nowMs + days * DAY_MS }),
      ...(role === undefined ? {} : { role }),
    });
    server.writeAuthFile(path, file);
    // Only the token goes to standard output, so that a script can read it.
    terminal.out(`${token}\n`);
    const told = `The token is shown only once. Give it to clients as MLFLOW_TRACKING_TOKEN. To revoke it: tidemark auth revoke ${id} --file ${path}\n`;
    terminal.error(renderProse(told, terminal));
  },
};
