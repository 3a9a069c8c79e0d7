import { assertArguments } from '../model/plain-input.ts';

// Words that make a name secret anywhere in it, also inside a longer word (PGPASSWORD).
const SECRET_ANYWHERE =
  /passw|passphrase|passcode|secret|credential|apikey|accesskey|privatekey|accountkey|signingkey|encryptionkey|connectionstring/;
// Words that make a name secret if they are its last word.
const SECRET_LAST = /^(token|pwd|pass|auth|authorization|cookie|bearer|jwt|pat|sas|otp)$/;
const SECRET_LAST_JOINED = /(auth|access|api|bearer|refresh|session|sas)token$/;
// Services that authenticate programs by a key: `--wandb-key`, `logger.comet.key`.
const KEY_OF_SERVICE =
  /(wandb|weave|comet|neptune|clearml|swanlab|trackio|kaggle|openai|anthropic|claude|gemini|cohere|mistral|groq|deepseek|replicate|huggingface|hf|langsmith|langfuse|pinecone|azure|aws|gcp|stripe|datadog|auth|master)key$/;
// `--secret-file=…` gives the place or a property of a secret, and not the secret.
const SAYS_ONLY_WHERE =
  /^(file|filename|path|dir|directory|folder|name|length|count|policy|provider)$/;
// The special tokens of language models.
const VOCABULARY = /^(pad|eos|bos|unk|mask|sep|cls|special|stop|start|end|next|image|per)$/;

/**
 * Whether the name contains a word, at any place, that only names of secrets have. @throws INVALID_ARGUMENT if it is
 * not a string
 */
export function hasSecretWord(name: string): boolean {
  assertArguments({ name }, 'hasSecretWord', { name: 'string' });
  return SECRET_ANYWHERE.test(name.toLowerCase().replace(/[^a-z]+/g, ''));
}

/**
 * Whether a flag, variable or field of this name contains a secret, according to the words in the name. @throws
 * INVALID_ARGUMENT if it is not a string
 */
export function isSecretName(name: string): boolean {
  assertArguments({ name }, 'isSecretName', { name: 'string' });
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined || SAYS_ONLY_WHERE.test(last)) return false;
  const joined = words.join('');
  if ([SECRET_ANYWHERE, SECRET_LAST_JOINED, KEY_OF_SERVICE].some((form) => form.test(joined))) {
    return true;
  }
  return SECRET_LAST.test(last) && !(last === 'token' && VOCABULARY.test(words.at(-2) ?? ''));
}
