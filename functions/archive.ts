// Between the table's stream and the archive on S3: makes rows of changes.
import { createTransform } from './archive/transform.ts';
import { createJsonLog } from './log.ts';

export const handler = createTransform(createJsonLog((line) => process.stdout.write(line), Date.now));
