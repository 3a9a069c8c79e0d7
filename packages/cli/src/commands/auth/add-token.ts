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
  summary: 'Make a token and show it, this once.',
  arguments: [argument('<user>', '')],
  options: [
    AUTH_FILE,
    option('--name <name>', 'what it is for', undefined, 'token'),
    option('--days <days>', 'how long it lasts; without it until it is revoked', positiveInteger),
    option('--role <role>', 'the most it allows, if less').choices(ROLES),
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
    // The token alone on the output, so that a script can take it.
    terminal.out(`${token}\n`);
    const told = `Shown this once. Give it to clients as MLFLOW_TRACKING_TOKEN; take it back with: tidemark auth revoke ${id} --file ${path}\n`;
    terminal.error(renderProse(told, terminal));
  },
};
