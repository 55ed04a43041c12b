import type { Message } from './message.ts';

/** Bounds of Slack (https://docs.slack.dev/reference/block-kit/blocks): a header 150, a section's text 3,000 characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;

/**
 * The body for an incoming webhook. What comes from the cluster stands in `plain_text` objects, which know neither
 * markup nor mentions; where only markup is possible (the text of the notification), `&`, `<` and `>` are escaped, so
 * that no name becomes a link or calls a channel (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function slackBody({ title, text, url, rule }: Message): string {
  return JSON.stringify({
    text: escaped(title),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: plain(title, MAX_HEADER) },
      { type: 'section', text: plain(text, MAX_SECTION) },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `<${escaped(url)}|Timeline>` }, plain(`rule ${rule}`, MAX_HEADER)],
      },
    ],
  });
}

function plain(text: string, most: number) {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return { type: 'plain_text', emoji: false, text: cut.toWellFormed() } as const;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
