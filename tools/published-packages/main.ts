import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installInto } from './install.ts';

// `npm run install-into -- <folder>`: installs the packages of this checkout in another project.
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error(
    'There is no folder to install into. Name the folder of your project: npm run install-into -- ../my-project',
  );
  process.exit(2);
}
// npm runs this in the checkout, and sets INIT_CWD to the folder of its caller.
const project = resolve(process.env.INIT_CWD ?? '.', folder);
if (!existsSync(join(project, 'package.json'))) {
  console.error(
    existsSync(project)
      ? `${project} has no package.json. Create one there with npm init -y, and try again.`
      : `There is no folder ${project}. Create it, with a package.json in it (npm init -y), and try again.`,
  );
  process.exit(2);
}
console.log('Building the packages and installing them …');
const packed = await installInto(project);
console.log(`Installed in ${project}:\n${packed.map(({ name }) => `  ${name}`).join('\n')}`);
