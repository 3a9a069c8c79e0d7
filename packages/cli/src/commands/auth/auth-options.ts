import type { Option } from 'commander';
import { option } from '../../command-definition.ts';

/** What users may do, as the server grades it; here again, so that help need not load the server. */
export type Role = 'reader' | 'writer' | 'approver' | 'admin';

/** From the least to the most. */
export const ROLES: readonly Role[] = ['reader', 'writer', 'approver', 'admin'];

/** The file of users that a command changes. */
export interface AuthFileOption {
  readonly file: string;
}

/** The option that names it. */
export const AUTH_FILE: Option = option(
  '-f, --file <file>',
  'the file of users and tokens',
).makeOptionMandatory();
