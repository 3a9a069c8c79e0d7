import type { Option } from 'commander';
import { option } from '../../command-definition.ts';

/** The roles of a server. They are repeated here so that help need not load the server. */
export type Role = 'reader' | 'writer' | 'approver' | 'admin';

/** From the least to the greatest. */
export const ROLES: readonly Role[] = ['reader', 'writer', 'approver', 'admin'];

/** The option of commands that change a file of users. */
export interface AuthFileOption {
  readonly file: string;
}

/** The option that names the file of users and tokens. */
export const AUTH_FILE: Option = option(
  '-f, --file <file>',
  'the file of users and tokens',
).makeOptionMandatory();
