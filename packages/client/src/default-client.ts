// The platform is Node or a browser, by the conditions of package.json's imports.
import { platform } from '#platform';
import { type Client, createClient } from './client.ts';

/** The client whose functions this package exports. */
export const client: Client = createClient(platform());
