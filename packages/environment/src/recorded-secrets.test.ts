import { acceptedEvents, type Dataset, type RunId, redactArguments } from '@tidemark/core';
import fc from 'fast-check';
import { it } from 'vitest';
import { captureCi } from './ci.ts';
import { withoutCredentials } from './git/remote-url.ts';
import { holdsSecret } from './patch/holds-secret.ts';
import { withoutKnownSecretsInside } from './without-known-secrets-inside.ts';

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const word = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-Za-z]{${length}}$`));
const upper = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-Z]{${length}}$`));
const after = (prefix: string, rest: fc.Arbitrary<string>) => rest.map((text) => prefix + text);

// Assembled here, so that no scanner reports this file as a leak.
const token = fc.oneof(
  fc.tuple(hex(12), word(43)).map(([id, secret]) => `tdm_${id}_${secret}`),
  ...['ghp_', 'gho_', 'github_pat_', 'glpat-', 'hf_', 'npm_', 'gsk_', 'sk_live_', 'rk_test_'].map(
    (prefix) => after(prefix, word(36)),
  ),
  ...[
    'whsec_',
    'whsk_',
    'GOCSPX-',
    'ya29.a0',
    'ya29.c.b0',
    'sk-proj-1',
    'pypi-AgEIcHlwaS5vcmc',
    'dckr_pat_',
    'pplx-',
    'xai-',
    'pnu_',
    'r8_',
    'wandb_v1_',
  ].map((prefix) => after(prefix, word(40))),
  ...['shpat_', 'dapi', 'dop_v1_', 'rubygems_', 'sbp_', 'SK'].map((prefix) =>
    after(prefix, hex(prefix.endsWith('v1_') ? 64 : 32)),
  ),
  ...['AKIA', 'ASIA'].map((prefix) => after(prefix, upper(16))),
  after('AIza', word(35)),
  fc.tuple(word(22), word(43)).map(([id, secret]) => `SG.${id}.${secret}`),
  fc.tuple(word(20), word(20)).map(([head, body]) => `eyJ${head}.eyJ${body}.sig`),
);

const shown = (value: unknown): string => JSON.stringify(value) ?? '';
const ci = (env: NodeJS.ProcessEnv): string => shown(withoutKnownSecretsInside(captureCi(env)));
const gitHub = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'o/r',
  GITHUB_RUN_ID: '1',
  GITHUB_SERVER_URL: 'https://github.com',
};

/** The event of a dataset, as every store writes it. */
const dataset = (given: Partial<Dataset>): string => {
  const all = { name: 'd', digest: '1', sourceType: 'http', source: '', ...given };
  const run = 'a'.repeat(32) as RunId;
  return shown(acceptedEvents([{ kind: 'dataset', run, input: { dataset: all, tags: {} } }]));
};

/** Every place that is recorded, with the part of its value that reaches the record. */
const PLACES: Readonly<Record<string, (secret: string) => string>> = {
  argument: (secret) => shown(redactArguments([secret])),
  'innocent flag': (secret) => shown(redactArguments([`--model=${secret}`])),
  'value of an innocent flag': (secret) => shown(redactArguments(['--model', secret])),
  'value joined to -p, as for mysql': (secret) =>
    shown(redactArguments([`-p${secret}`, `mysql -u root -p${secret} db`])),
  'value of -p': (secret) => shown(redactArguments(['-p', secret, `-p=${secret}`])),
  'JSON argument': (secret) => shown(redactArguments([`{"a":"${secret}"}`])),
  'address in an argument': (secret) =>
    shown(redactArguments([`https://u:${secret}@h/${secret}?key=${secret}`])),
  'user of a remote': (secret) => shown(withoutCredentials(`https://${secret}@h/o/r.git`)),
  'ssh user of a remote': (secret) =>
    shown(withoutKnownSecretsInside(withoutCredentials(`ssh://${secret}@h/o/r.git`))),
  'path of a remote': (secret) =>
    shown(withoutKnownSecretsInside(withoutCredentials(`https://h/${secret}/r.git`))),
  'remote without a scheme': (secret) =>
    shown(withoutKnownSecretsInside(withoutCredentials(`${secret}@h:o/r.git`))),
  'password in GITHUB_SERVER_URL': (secret) =>
    ci({ ...gitHub, GITHUB_SERVER_URL: `https://u:${secret}@github.com` }),
  'user in GITHUB_SERVER_URL': (secret) =>
    ci({ ...gitHub, GITHUB_SERVER_URL: `https://${secret}@github.com` }),
  'names of a GitHub job': (secret) =>
    ci({ ...gitHub, GITHUB_JOB: secret, GITHUB_WORKFLOW: secret, GITHUB_HEAD_REF: `x/${secret}` }),
  'address of a GitLab job': (secret) =>
    ci({ GITLAB_CI: 'true', CI_JOB_URL: `https://u:${secret}@h/${secret}?t=${secret}#${secret}` }),
  'source of a dataset': (secret) =>
    dataset({ source: `https://u:${secret}@h/${secret}?key=${secret}&sig=${secret}#${secret}` }),
  'user in the source of a dataset': (secret) =>
    dataset({ source: `https://${secret}@h/x` }) + dataset({ source: `abfss://${secret}@h/x` }),
  'JSON source of a dataset': (secret) =>
    dataset({ source: shown({ url: `https://u:${secret}@h/x`, [secret]: [secret] }) }),
  'JSON in the JSON source of a dataset': (secret) =>
    dataset({ source: shown({ tags: shown({ uri: `https://h/x?sig=${secret}`, a: secret }) }) }),
  'schema and profile of a dataset': (secret) =>
    dataset({ schema: shown({ a: [secret] }), profile: `first: ${secret}` }),
  patch: (secret) => {
    const lines = [`+use ${secret} now`, `+k="${secret}"`, `-${secret}`, ` x: ${secret}\n+y`];
    return shown(lines.filter((line) => !holdsSecret(line)));
  },
};

it.each(Object.entries(PLACES))('a token of a known form is not recorded: %s', (_, record) => {
  fc.assert(fc.property(token, (secret) => !record(secret).includes(secret)));
});

const password = fc.stringMatching(/^[\w.~+%/-]{1,40}$/).map((text) => `S3CRET${text}S3CRET`);
const SOURCES: readonly ((secret: string) => string)[] = [
  (secret) => `https://ada:${secret}@host/data.csv`,
  (secret) => `https://${secret.replaceAll('/', '')}@host/data.csv`,
  (secret) => `s3://bucket/key?X-Amz-Expires=9&X-Amz-Signature=${secret}`,
  (secret) => `s3://bucket/key?X-Amz-Security-Token=${secret}&X-Amz-Expires=9`,
  (secret) => `https://account.blob/data.csv?sv=2024&sig=${secret}`,
  (secret) => `https://host/data.csv?access_token=${secret}#part`,
  (secret) => `Server=db;Password=${secret};Table=t`,
];

it('a source of a dataset keeps its address, and no secret that a name or a position reveals', () => {
  fc.assert(
    fc.property(password, fc.constantFrom(...SOURCES), (secret, make) => {
      const source = make(secret);
      for (const form of [source, shown({ url: source }), shown({ a: shown([source]) })]) {
        const record = dataset({ source: form });
        if (record.includes('S3CRET')) return false;
        if (!/host|bucket|account|db/.test(record)) return false;
      }
      return true;
    }),
  );
});
