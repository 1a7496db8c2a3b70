import type { HookResult } from "./hooks.ts";

/** Which sessions of the market a rule means. */
export type RuleSessions = "every-session" | "week-start" | "week-end" | "month-start" | "month-end";

/** An instant of some sessions, counted from their open or their close; never outside the session. */
export type SessionRule = { readonly on?: RuleSessions } & (
  | { readonly minutesAfterOpen: number; readonly minutesBeforeClose?: never }
  | { readonly minutesBeforeClose: number; readonly minutesAfterOpen?: never }
);

/** A cron expression of five fields (minute, hour, day of month, month, day of week) or six (seconds first), or a rule. */
export type ScheduleRule = string | SessionRule;

export interface ScheduleOptions {
  /** Zone in which a cron expression is read, such as `"America/New_York"`. @default that of the market */
  readonly timezone?: string;
}

/** What a rule calls. */
export type ScheduledFunction = () => HookResult;
