import { hasSecretWord } from '@tidemark/core';

/** Files that usually contain secrets, by their whole name. */
const SECRET_FILE =
  /^(\.env(rc|\..*)?|.*\.env|.*\.(pem|key|p12|pfx|pkcs12|jks|keystore|kdbx|ppk|gpg|tfstate|tfvars)|id_(rsa|dsa|ecdsa|ed25519)(_.*|-.*)?|\.(npmrc|yarnrc\.yml|pypirc|netrc|pgpass|htpasswd|git-credentials|dockercfg|my\.cnf|s3cfg|boto)|_netrc|kubeconfig|service[-_]?account.*\.json)$/i;
/** Folders in which programs keep their keys. */
const SECRET_FOLDER = /^\.(ssh|aws|azure|gnupg|kube|docker|gcloud)$/i;

/**
 * Whether the path of a file suggests secrets: keys and certificates, `.env` files, the login files of programs, and
 * every name with a word such as `secret` or `credentials`.
 */
export function isSecretPath(path: string): boolean {
  const names = path.split('/');
  const file = names.pop() ?? '';
  return (
    SECRET_FILE.test(file) ||
    names.some((folder) => SECRET_FOLDER.test(folder)) ||
    [...names, file].some(hasSecretWord)
  );
}
