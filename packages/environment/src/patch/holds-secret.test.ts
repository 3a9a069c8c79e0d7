import { describe, expect, it } from 'vitest';
import { holdsSecret } from './holds-secret.ts';

describe('the search for secrets in a file', () => {
  it.each([
    ['api_key = "a1b2c3d4"', true],
    ["DB_PASSWORD: 'hunter2x'", true],
    ['aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCY', true],
    ['path/my.api-key=a1b2c3d4e5f6a7b8', true],
    ['password = getpass()', false],
    ['learning_rate = "a1b2c3d4"', false],
  ])('returns for the text %s: %s', (text, isSecret) => {
    expect(holdsSecret(text)).toBe(isSecret);
    expect(holdsSecret(`${'x'.repeat(1_000)} ${text}`)).toBe(isSecret);
  });

  // A search from each position to the end of the word would not end within the test.
  it.each(['a', 'a=', 'a.b-', 'Bearer a', '://a:', 'a:="', 'a ', '"a":', 'eyJ-', '-----BEGIN '])(
    'reads a line of %j in time that grows with its length',
    (piece) => {
      expect(holdsSecret(`${piece.repeat(200_000 / piece.length)};`)).toBe(false);
    },
  );
});

it.each([
  '+aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx',
  '+  "password": "hunter2",',
  "+db_password: 'abc123'",
  '+url = postgres://ada:hunter2@db/x',
  '+curl -H "Authorization: Bearer abcdefgh12345678"',
])('a patch with %s holds a secret', (line) => {
  expect(holdsSecret(`+one\n${line}\n+two`)).toBe(true);
});

it.each([
  '+const password = readPassword();',
  '+const token: string = options.token;',
  '+  token: process.env.API_TOKEN_2,',
  `+password: "$\{DB_PASSWORD_2}"`,
  `+url = postgres://ada:$\{PASSWORD}@db/x`,
  '+const padToken = "<pad0>";',
  '+tokenizer = "bert-base-2"',
  '+see http://localhost:5000/a@b',
])('a patch with %s holds no secret', (line) => {
  expect(holdsSecret(`+one\n${line}\n+two`)).toBe(false);
});
