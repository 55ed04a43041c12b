import { readFileSync } from 'node:fs';
import { type Notifications, parseNotifications } from '../../functions/notify/notifications.ts';
import { ConfigError } from './config.ts';
import { SETTINGS } from './settings.ts';

export interface NotificationsFile {
  readonly text: string;
  readonly told: Notifications;
}

/**
 * Reads the file that the setting `notifications` names.
 *
 * @throws ConfigError where there is none, or it says what cannot be
 */
export function readNotificationsFile(path: string): NotificationsFile {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, told: parseNotifications(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `notifications: ${JSON.stringify(path)} is refused: ${reason}. Allowed: ${SETTINGS.notifications.allowed}.`,
    ]);
  }
}
