/** USD, as AWS's price lists have them. */
export interface Prices {
  /** For a million each: units of DynamoDB on demand, GB-seconds of Lambda on arm64, requests of Lambda. */
  readonly writeUnit: number;
  readonly readUnit: number;
  readonly gbSecond: number;
  readonly request: number;
  /** For a million traces that X-Ray keeps. */
  readonly trace: number;
  /** For a GB and month: the table, and its point-in-time recovery. */
  readonly storedGbMonth: number;
  readonly recoveryGbMonth: number;
  /** For a GB taken into CloudWatch Logs. */
  readonly logGb: number;
  /** For each metric that an alarm looks at. */
  readonly alarmMonth: number;
  readonly metricMonth: number;
  /** How many of them the stack has by default. */
  readonly alarms: number;
  readonly metrics: number;
}

/** us-east-1, November 2026 (unchanged since November 2024). Other regions cost up to twice that. */
export const US_EAST_1: Prices = {
  writeUnit: 0.625,
  readUnit: 0.125,
  gbSecond: 13.3334,
  request: 0.2,
  trace: 5,
  storedGbMonth: 0.25,
  recoveryGbMonth: 0.2,
  logGb: 0.5,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  alarms: 12,
  metrics: 3,
};
