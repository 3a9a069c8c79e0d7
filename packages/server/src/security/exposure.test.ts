import { expect, test } from 'vitest';
import { assertNotExposed } from './exposure.ts';

const plain = { authenticated: false, insecure: false };

test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])(
  'a server on %s needs no login',
  (host) => {
    expect(() => assertNotExposed({ ...plain, host })).not.toThrow();
  },
);

test.each(['0.0.0.0', '::', '192.168.1.5', 'mlflow.example.org', '', '127.0.0.1.example'])(
  'a server on %j is refused without logins, because others can reach it',
  (host) => {
    expect(() => assertNotExposed({ ...plain, host })).toThrow(/--auth FILE.*--insecure/);
    expect(() => assertNotExposed({ ...plain, host, authenticated: true })).not.toThrow();
    expect(() => assertNotExposed({ ...plain, host, insecure: true })).not.toThrow();
  },
);
