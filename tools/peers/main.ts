import { fileURLToPath } from 'node:url';
import { preparePeers } from './prepare-peers.ts';

/** The exit code that means to .ci/run that there are no peers to test with, as opposed to a failure. */
const EXIT_UNAVAILABLE = 3;

// Other requirements for benchmarks, which name their file.
const [requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))] =
  process.argv.slice(2);
const peers = preparePeers(requirements, process.env);
if (peers.kind === 'ready') {
  console.log(peers.python);
} else {
  console.error(`peers: ${peers.reason}`);
  process.exitCode = EXIT_UNAVAILABLE;
}
