import { createHmac } from 'node:crypto';
import type { Message } from './message.ts';

/** The body for a webhook: the message, and the newest of its restarts as `/v1/restarts` has it. */
export function webhookBody(message: Message, id: string): string {
  const { kind, rule, title, text, url, restart, restarts, pods } = message;
  return JSON.stringify({ version: 1, id, kind, rule, title, text, url, restarts, pods, restart });
}

/**
 * The headers by which the receiver knows that a body is ours and new: HMAC-SHA256 with the shared key over the time, a
 * dot and the body. The time is signed so that a message that was listened in on cannot be sent again later.
 */
export function signatureHeaders(body: string, key: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return { 'podlapse-timestamp': timestamp, 'podlapse-signature': `v1=${signature}` };
}
