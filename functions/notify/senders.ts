import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message } from './message.ts';
import type { Target } from './notifications.ts';
import { post, type PostBounds } from './post.ts';
import type { Secrets } from './secrets.ts';
import { slackBody } from './slack-body.ts';
import { signatureHeaders, webhookBody } from './webhook-body.ts';

/** Tells a target. @throws Error if it did not take it */
export type Send = (target: Target, message: Message, id: string) => Promise<void>;

export interface SenderParts {
  readonly sns: Pick<SNSClient, 'send'>;
  readonly secrets: Secrets;
  readonly bounds: PostBounds;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The topic of targets that name none. */
  readonly topicArn: string | undefined;
}

/** A key that could be guessed signs nothing. */
const MIN_KEY_LENGTH = 16;
/** Bound of SNS, in ASCII. */
const MAX_SUBJECT = 100;

export function createSend({ sns, secrets, bounds, clock, topicArn }: SenderParts): Send {
  return async (target, message, id) => {
    switch (target.kind) {
      case 'sns':
        await sns.send(publishCommand(target.topicArn ?? topicArn, message, id));
        return;
      case 'slack':
        await post(target.name, await secrets(target.urlSecret), slackBody(message), {}, bounds);
        return;
      case 'webhook': {
        const key = await secrets(target.keySecret);
        if (key.length < MIN_KEY_LENGTH)
          throw new Error(`the secret ${target.keySecret} is shorter than ${MIN_KEY_LENGTH} characters`);
        const body = webhookBody(message, id);
        const headers = { 'podlapse-id': id, ...signatureHeaders(body, key, clock()) };
        await post(target.name, target.url, body, headers, bounds);
      }
    }
  };
}

/** For people, who get the text by mail or on a telephone, and for programs, which get the attributes. */
function publishCommand(topicArn: string | undefined, message: Message, id: string): PublishCommand {
  const { kind, rule, title, text, url, restart } = message;
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  return new PublishCommand({
    TopicArn: topicArn,
    Subject: title.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT),
    Message: `${title}\n\n${text}\n\n${url}\n`,
    MessageAttributes: {
      id: attribute(id),
      kind: attribute(kind),
      rule: attribute(rule),
      cluster: attribute(restart.cluster),
      namespace: attribute(restart.namespace),
      cause: attribute(restart.cause),
    },
    // An ordered topic drops what comes again under the same id.
    ...(topicArn?.endsWith('.fifo') === true
      ? { MessageGroupId: restart.cluster, MessageDeduplicationId: id }
      : {}),
  });
}
