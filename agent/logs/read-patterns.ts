import { readFile } from 'node:fs/promises';

const MAX_PATTERNS = 100;
const MAX_PATTERN_LENGTH = 1_000;

/** The file with the operator's patterns cannot be used. */
export class RedactFileError extends Error {
  override readonly name = 'RedactFileError';
}

/**
 * Reads a file with one regular expression (JavaScript, case matters) in each line; empty lines and those that begin
 * with # are passed over.
 *
 * @throws RedactFileError that names the line
 */
export async function readPatterns(path: string): Promise<RegExp[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RedactFileError(`cannot read --log-redact-file: ${why}`, { cause });
  }
  const patterns = text.split(/\r?\n/u).flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    return [patternOf(line, `--log-redact-file ${path}, line ${index + 1}`)];
  });
  if (patterns.length > MAX_PATTERNS)
    throw new RedactFileError(
      `--log-redact-file ${path} has more than ${MAX_PATTERNS} patterns: join some with |`,
    );
  return patterns;
}

function patternOf(line: string, where: string): RegExp {
  if (line.length > MAX_PATTERN_LENGTH)
    throw new RedactFileError(`${where} is longer than ${MAX_PATTERN_LENGTH} characters: split it`);
  try {
    return new RegExp(line, 'gu');
  } catch (cause) {
    throw new RedactFileError(`${where} is no regular expression (${String(cause)})`, { cause });
  }
}
