import { createHash } from 'node:crypto';

/** Allows a page its one style sheet, and nothing else: no script, no image, no form, no frame, no request. */
export function pagePolicy(style: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
