import type { Dataset } from '../model/dataset.ts';
import { isJson, redactJson } from './redact-json.ts';
import { redactText } from './redact-text.ts';
import { isSecretName } from './secret-name.ts';
import { holdsKnownSecret, withoutKnownSecrets } from './secret-shapes.ts';

/**
 * Returns a dataset without the secrets that its source may contain, in a plain address or in JSON: user names and
 * passwords, signatures, values with a secret name, and tokens of known forms. Its schema and profile lose tokens of
 * known forms only. JSON stays JSON. Name and digest, by which points of metrics refer to it, stay as given.
 */
export function redactDataset(dataset: Dataset): Dataset {
  const { source, schema, profile } = dataset;
  return {
    ...dataset,
    source: redactSource(source),
    ...(schema === undefined ? {} : { schema: withoutTokens(schema) }),
    ...(profile === undefined ? {} : { profile: withoutTokens(profile) }),
  };
}

function redactSource(source: string): string {
  return isJson(source) ? redactJson(source, redactSource, isSecretName) : redactText(source);
}

/** These texts may have 16 MB, so they are parsed only if there is something to hide. */
function withoutTokens(text: string): string {
  if (!holdsKnownSecret(text)) return text;
  return isJson(text)
    ? redactJson(text, withoutKnownSecrets, () => false)
    : withoutKnownSecrets(text);
}
