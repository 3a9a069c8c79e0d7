export {
  type AccessControl,
  type AccessTarget,
  type Caller,
  openAccess,
  type Role,
} from './access/access.ts';
export type { StoreView } from './access/store-view.ts';
export type { AppOptions } from './app.ts';
export { type AuthFile, readAuthFile, type UserRecord, writeAuthFile } from './auth/auth-file.ts';
export {
  addToken,
  addUser,
  type RoleScope,
  removeUser,
  revokeToken,
  setPassword,
  setRole,
} from './auth/edit-users.ts';
export { hashPassword } from './auth/password-hash.ts';
export { type GrantedRole, ROLES } from './auth/role.ts';
export type { ChangeEvent, ChangeFact, ChangeListener } from './dispatch/change-event.ts';
export { createOperatedServer, type OperatedServerOptions } from './operated-server.ts';
export type { Page, PageFile } from './routes/page.ts';
export type { SqlAnswer, SqlParameter, SqlQuestion, SqlRunner } from './routes/sql-runner.ts';
export { parseTrustedProxies, type TrustedProxies } from './security/trusted-proxies.ts';
export { createServer, type ListenOptions, type TidemarkServer } from './server.ts';
