import { assertArguments } from '../model/plain-input.ts';

/** The publication of a form of tokens. */
type Source =
  /** Tidemark's server, `packages/server/src/auth`. */
  | 'our own'
  /** Rules of github.com/gitleaks/gitleaks, config/gitleaks.toml, in version 8. */
  | 'gitleaks'
  /** Detectors of github.com/trufflesecurity/trufflehog, pkg/detectors. */
  | 'trufflehog'
  /** Google's own scanner: detectors of github.com/google/osv-scalibr, veles/secrets. */
  | 'osv-scalibr'
  /** The documentation of the issuer. */
  | `https://${string}`;

/** A form of a token, and its publications. */
type Shape = readonly [pattern: string, source: Source, ...more: Source[]];

/**
 * Tokens whose form is published, so that scanners can find them. Every form needs a source. The patterns are a
 * little wider than their sources, because lengths change, and a visible secret costs more than a hidden word. This
 * is a table and not a library, because the npm packages with such rules are scanners of files for Node, and core
 * must stay small and run in browsers. The part before a mark that a form ends with has a greatest length. Otherwise
 * a search from each place of a long word could read to its end.
 */
export const SECRET_SHAPES: Readonly<Record<string, Shape>> = {
  'Tidemark server': [String.raw`tdm_[0-9a-f]{12}_[\w-]{16,}`, 'our own'],
  GitHub: [String.raw`gh[pousr]_\w{16,}|github_pat_\w{16,}`, 'gitleaks'],
  GitLab: [
    String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w-]{16,}|GR1348941[\w-]{16,}`,
    'gitleaks',
  ],
  // The keys of both issuers, and of many services with the same interface.
  'OpenAI and Anthropic': [String.raw`sk-(?=[\w-]{0,256}\d)[\w-]{16,}`, 'gitleaks'],
  'Hugging Face': [String.raw`(?:hf|api_org)_\w{16,}`, 'gitleaks'],
  Replicate: [String.raw`r8_[\w-]{20,}`, 'trufflehog'],
  Groq: [String.raw`gsk_\w{20,}`, 'trufflehog'],
  xAI: [String.raw`xai-\w{20,}`, 'trufflehog'],
  Perplexity: [String.raw`pplx-\w{20,}`, 'gitleaks'],
  'Weights & Biases': [String.raw`wandb_v1_\w{16,}`, 'trufflehog'],
  Databricks: [`dapi[0-9a-f]{16,}`, 'gitleaks'],
  Prefect: [String.raw`pnu_\w{20,}`, 'gitleaks'],
  Amazon: [`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}`, 'gitleaks'],
  Google: [String.raw`AIza[\w-]{20,}`, 'gitleaks'],
  // The secret of a client, and an access token. The token of a service account has one more dot (`ya29.c.`).
  'Google OAuth': [String.raw`GOCSPX-[\w-]{10,}|ya29\.[\w.-]{10,}`, 'osv-scalibr', 'trufflehog'],
  Microsoft: [String.raw`\w{3}\dQ~[\w~.-]{31,34}`, 'gitleaks'],
  Stripe: [String.raw`(?:sk|rk)_(?:live|test|prod)_\w{10,}`, 'gitleaks'],
  // The signing keys of Stripe, OpenAI and, by Standard Webhooks, many others.
  Webhooks: [
    String.raw`wh(?:sec|sk)_[\w+/=-]{16,}`,
    'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  ],
  Square: [String.raw`sq0atp-[\w-]{20,}`, 'gitleaks'],
  Shopify: [`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}`, 'gitleaks'],
  PyPI: [String.raw`pypi-AgE[\w-]{16,}`, 'gitleaks'],
  npm: [String.raw`npm_\w{16,}`, 'gitleaks'],
  RubyGems: [`rubygems_[0-9a-f]{32,}`, 'gitleaks'],
  Docker: [String.raw`dckr_(?:pat|oat)_[\w-]{16,}`, 'https://docs.docker.com/reference/api'],
  Slack: [
    String.raw`xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-[\w-]{16,}|(?:https?:\/\/)?hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w+/]{20,}`,
    'gitleaks',
  ],
  SendGrid: [String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`, 'gitleaks'],
  Twilio: [`SK[0-9a-fA-F]{32}`, 'gitleaks'],
  Telegram: [String.raw`\d{5,16}:A[\w-]{34}`, 'gitleaks'],
  DigitalOcean: [`do[opr]_v1_[0-9a-f]{32,}`, 'gitleaks'],
  Pulumi: [`pul-[0-9a-f]{32,}`, 'gitleaks'],
  Heroku: [String.raw`HRKU-AA[\w-]{32,}`, 'gitleaks'],
  'HashiCorp Vault': [String.raw`hv[sb]\.[\w-]{20,}`, 'gitleaks'],
  'HashiCorp Terraform': [String.raw`\w{14}\.atlasv1\.[\w=-]{40,}`, 'gitleaks'],
  Grafana: [String.raw`gl(?:c|sa)_[\w+/=-]{20,}`, 'gitleaks'],
  Sentry: [String.raw`sntry[su]_[\w+/=-]{20,}`, 'gitleaks'],
  'New Relic': [`NRAK-[A-Za-z0-9]{20,}`, 'gitleaks'],
  Atlassian: [String.raw`ATATT3[\w=-]{20,}`, 'gitleaks'],
  Artifactory: [String.raw`AKCp\w{40,}|cmVmd\w{40,}`, 'gitleaks'],
  Postman: [`PMAK-[0-9a-fA-F-]{24,}`, 'gitleaks'],
  Linear: [String.raw`lin_api_\w{20,}`, 'gitleaks'],
  Notion: [String.raw`ntn_\w{20,}`, 'gitleaks'],
  PlanetScale: [String.raw`pscale_(?:tkn|pw|oauth)_[\w.=-]{20,}`, 'gitleaks'],
  Supabase: [
    String.raw`sbp_[0-9a-z]{32,}|sb_secret_[\w-]{16,}`,
    'trufflehog',
    'https://supabase.com/docs/guides/api/api-keys',
  ],
  Doppler: [String.raw`dp\.(?:pt|st|audit)\.(?:[\w-]{2,35}\.)?\w{20,}`, 'trufflehog'],
  age: [`AGE-SECRET-KEY-1[A-Z0-9]{20,}`, 'gitleaks'],
  // Base64url of a JSON object: `{"` is encoded as `eyJ`.
  'JSON web tokens': [
    String.raw`eyJ[\w-]{8,4096}\.[\w-]{8,}(?:\.[\w-]*)?`,
    'https://www.rfc-editor.org/info/rfc7519',
  ],
};
const KNOWN_TOKENS = new RegExp(
  `(?<![A-Za-z0-9])(?:${Object.values(SECRET_SHAPES)
    .map(([pattern]) => pattern)
    .join('|')})`,
  'g',
);
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/gs;

/** The text that replaces a secret. */
export const REDACTED = '***';

/**
 * Returns the text with `***` in place of each token of a published form, and of the content of a private key.
 * @throws INVALID_ARGUMENT if it is not a string
 */
export function withoutKnownSecrets(text: string): string {
  assertArguments({ text }, 'withoutKnownSecrets', { text: 'string' });
  return text.replace(PRIVATE_KEY, REDACTED).replace(KNOWN_TOKENS, REDACTED);
}

/**
 * Whether a text contains a private key, or a token of a published form. @throws INVALID_ARGUMENT if it is not a
 * string
 */
export function holdsKnownSecret(text: string): boolean {
  assertArguments({ text }, 'holdsKnownSecret', { text: 'string' });
  return text.search(KNOWN_TOKENS) !== -1 || text.search(PRIVATE_KEY) !== -1;
}
