import { writePrivateFile } from '../write-private-file.ts';

// Writes ten kilobytes to a file, and prints the code of the system's error.
try {
  writePrivateFile(process.argv[2] as string, 'x'.repeat(10_000));
  process.stdout.write('written');
} catch (error) {
  process.stdout.write(String((error as NodeJS.ErrnoException).code));
}
