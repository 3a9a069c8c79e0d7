import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutCredentials } from './remote-url.ts';

describe('the address of a remote without credentials', () => {
  it.each([
    ['https://github.com/ada/model.git', 'https://github.com/ada/model.git'],
    ['https://ghp_abc@github.com/ada/model.git', 'https://github.com/ada/model.git'],
    ['https://ada:hunter2@host:8443/m.git', 'https://host:8443/m.git'],
    ['https://host/m.git?private_token=abc#x', 'https://host/m.git'],
    ['ssh://git:hunter2@host:22/m.git', 'ssh://git@host:22/m.git'],
    ['https://ada:p@ss@[::1]:80/m', 'https://[::1]:80/m'],
    ['git@github.com:ada/model.git', 'git@github.com:ada/model.git'],
    ['file:///srv/git/m.git', 'file:///srv/git/m.git'],
    ['../elsewhere', '../elsewhere'],
    ['host:ada/model.git', 'host:ada/model.git'],
    ['git@host:ada/model@2.git', 'git@host:ada/model@2.git'],
    ['C:\\models\\ada@home', 'C:\\models\\ada@home'],
  ])('of %s is %s', (url, expected) => {
    expect(withoutCredentials(url)).toBe(expected);
  });

  it.each([
    ['a password that holds a slash', 'https://ada:pa/ss@host/m.git'],
    ['a token that holds a slash', 'https://tok/en@host/m.git'],
    ['a password that holds an at and a slash', 'https://ada:p@x/ss@host/m.git'],
    ['a password that holds an at before a slash', 'https://ada:p@/ss@host/m.git'],
    ['a remote helper', 'ext::ssh -i key host %S'],
    ['a name and a password without a scheme', 'ada:hunter2@host:ada/model.git'],
    ['one slash too few', 'https:/ada:hunter2@host/m.git'],
    ['no slash', 'https:ada:hunter2@host/m.git'],
    ['the wrong slashes', 'https:\\\\ada:hunter2@host\\m.git'],
    ['no scheme', '//ada:hunter2@host/m.git'],
    ['nothing', ''],
  ])('is left out for %s', (_, url) => {
    expect(withoutCredentials(url)).toBeUndefined();
  });

  it('never contains the password', () => {
    const password = fc
      .string({ minLength: 1, unit: fc.constantFrom('@', '/', ':', '?', '#', ' ', 'a', '%') })
      .map((text) => `S3CRET${text}S3CRET`);
    const scheme = fc.constantFrom(
      'https://',
      'http://',
      'ssh://',
      'git+ssh://',
      'odd://',
      'https:/',
      '//',
      '',
    );
    fc.assert(
      fc.property(scheme, password, (name, secret) => {
        const url = withoutCredentials(`${name}ada:${secret}@example.org/m.git`);
        expect(url ?? '').not.toContain('S3CRET');
      }),
    );
  });
});
