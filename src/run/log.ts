import type { LogLevel, LogSink } from "../engine/engine-context.ts";
import { formatInstant } from "../market/time.ts";

/** Writes to stderr, one JSON object a line, with the simulated time; the log library is loaded only when something is written. */
export async function openLog(level: LogLevel | "silent"): Promise<LogSink> {
  if (level === "silent") return () => {};
  const { default: pino } = await import("pino");
  const logger = pino({ level, base: null, timestamp: false }, pino.destination({ dest: 2, sync: true }));
  return (messageLevel, message, time) => logger[messageLevel]({ time: formatInstant(time) }, message);
}
