import { expect, test } from 'vitest';
import { assertNotExposed } from './exposure.ts';

const plain = { authenticated: false, insecure: false };

test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('%s needs no login', (host) => {
  expect(() => assertNotExposed({ ...plain, host })).not.toThrow();
});

test.each(['0.0.0.0', '::', '192.168.1.5', 'mlflow.example.org', '', '127.0.0.1.example'])(
  '%j lets others in, and is refused without a login',
  (host) => {
    expect(() => assertNotExposed({ ...plain, host })).toThrow(/--auth FILE.*--insecure/);
    expect(() => assertNotExposed({ ...plain, host, authenticated: true })).not.toThrow();
    expect(() => assertNotExposed({ ...plain, host, insecure: true })).not.toThrow();
  },
);
