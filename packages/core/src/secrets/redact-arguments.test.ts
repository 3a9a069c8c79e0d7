import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactArguments } from './redact-arguments.ts';
import { isSecretName } from './secret-name.ts';

describe('a command line', () => {
  it('keeps the settings of a training', () => {
    const argv = [
      'node',
      '/home/ada/train.ts',
      '--lr=0.1',
      '--max-tokens=512',
      '--pad-token=<pad>',
      '--tokenizer',
      'bpe',
      '--token-file=/run/secrets/token',
      '--out=models:/penguins/1',
      '--tracking-uri=http://localhost:5000/a@b',
      'C:\\data\\train.csv',
      '{"layers":[8,3],"optimizer":"adam"}',
      '--author',
      'Ada <ada@example.org>',
      '--library=sk-learn-something-long',
    ];
    expect(redactArguments(argv)).toEqual(argv);
  });

  it.each([
    ['--token=abc', '--token=***'],
    ['--token=a,b;c d', '--token=***'],
    ['--dbPassword=abc', '--dbPassword=***'],
    ['AWS_SECRET_ACCESS_KEY=abc', 'AWS_SECRET_ACCESS_KEY=***'],
    ['PGPASSWORD=abc', 'PGPASSWORD=***'],
    ['Authorization: Bearer abc', 'Authorization: ***'],
    ['x-api-key: abc', 'x-api-key: ***'],
    ['postgres://ada:hunter2@db/x', 'postgres://***@db/x'],
    ['--db=postgres://ada:hun/ter2@db/x', '--db=postgres://***@db/x'],
    ['https://ghp_abc@host/x?token=abc&lr=0.1', 'https://***@host/x?token=***&lr=0.1'],
    ['s3://b/k?X-Amz-Signature=ab&X-Amz-Expires=9', 's3://b/k?X-Amz-Signature=***&X-Amz-Expires=9'],
    ['Host=db;Password=ab&cd;Port=1', 'Host=db;Password=***;Port=1'],
    ['{"user":"ada","api_key":"a\\"bc","lr":0.1}', '{"user":"ada","api_key":***,"lr":0.1}'],
    ['curl -H Authorization: Bearer abc', 'curl -H Authorization: *** ***'],
    ['//registry.npmjs.org/:_authToken=abc', '//registry.npmjs.org/:_authToken=***'],
    ['use hf_abcdefghijklmnopqrstuv now', 'use *** now'],
  ])('%s becomes %s', (argument, expected) => {
    expect(redactArguments([argument])).toEqual([expected]);
  });

  it('hides the argument after a secret option, unless it is an option itself', () => {
    expect(redactArguments(['--password', '-abc', '--token', '--verbose', '--lr', '1'])).toEqual([
      '--password',
      '***',
      '--token',
      '--verbose',
      '--lr',
      '1',
    ]);
  });

  it('never shows a secret that a name or a position reveals', () => {
    const secret = fc.stringMatching(/^[\w.~+&,-]{1,40}$/).map((text) => `S3CRET${text}S3CRET`);
    const form = fc.constantFrom<(secret: string) => string[]>(
      (value) => [`--password=${value}`],
      (value) => ['--api-key', value],
      (value) => [`CLIENT_SECRET=${value}`],
      (value) => [`https://ada:${value}@example.org/x`],
      (value) => [`https://${value}@example.org/x`],
      (value) => [`--config={"password": "${value}"}`],
      (value) => [`--env=A=1;TOKEN=${value};B=2`],
      (value) => [`Cookie: ${value}`],
      (value) => ['--logger.wandb.key', value],
      (value) => [`--comet_key=${value}`],
      (value) => ['-u', `ada:${value}`],
      (value) => ['--proxy-user', `ada:${value}`],
      (value) => [`--user=ada:${value}`],
      (value) => ['--otp', value],
    );
    fc.assert(
      fc.property(secret, form, (value, make) => {
        expect(redactArguments(make(value)).join('\n')).not.toContain('S3CRET');
      }),
    );
  });

  it('keeps a user, or a user and group, after -u', () => {
    const argv = ['-u', 'ada', '-u', '1000:1000', '--user', 'http://h/x', '--user=1000:1000'];
    expect(redactArguments(argv)).toEqual(argv);
    expect(redactArguments(['-u', 'ada:hunter2'])).toEqual(['-u', 'ada:***']);
  });

  it('hides a password joined to -p, and keeps what can be the name of an option', () => {
    const innocent = ['train', '-path', '-parallel-runs', '-p8080', '-p8', '-prefix=a/b', '-p'];
    expect(redactArguments(innocent)).toEqual(innocent);
    expect(redactArguments(['-pHunter2', '-psecret!'])).toEqual(['-p***', '-p***']);
    // After a program that takes a password in this form, a plain word is a password too, but a port is not.
    expect(redactArguments(['/usr/bin/mysqldump', '-u', 'ada', '-phunter', '-p3306'])).toEqual([
      '/usr/bin/mysqldump',
      '-u',
      'ada',
      '-p***',
      '-p3306',
    ]);
    expect(redactArguments(['sh', '-c', 'mysql -uroot -phunter db'])).toEqual([
      'sh',
      '-c',
      'mysql -uroot -p*** db',
    ]);
  });

  it('keeps a port after -p', () => {
    const argv = ['-p', '8080', '-p=8080', '-p', '--verbose'];
    expect(redactArguments(argv)).toEqual(argv);
  });

  it('does not change when it is redacted again', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (argv) => {
        const once = redactArguments(argv);
        expect(redactArguments(once)).toEqual(once);
      }),
    );
  });

  it('is truncated, with an ellipsis', () => {
    const redacted = redactArguments(Array.from({ length: 5_000 }, () => 'x'.repeat(9_000)));
    expect(redacted).toHaveLength(1_001);
    expect(redacted[0]).toBe(`${'x'.repeat(2_000)}…`);
    expect(redacted.at(-1)).toBe('…');
  });
});

describe('a name', () => {
  it.each([
    'token',
    'hf-token',
    'accessToken',
    'apiKey',
    'DB_PASS',
    'passwd',
    'ssh_private_key',
    'wandb-key',
    'logger.wandb.key',
  ])('%s is secret', (name) => expect(isSecretName(name)).toBe(true));
  it.each([
    'tokens',
    'tokenizer',
    'eosToken',
    'key',
    'sort-key',
    's3-key',
    'author_key',
    'author',
    'passes',
    'seed',
    '',
  ])('%s is not', (name) => expect(isSecretName(name)).toBe(false));
});
