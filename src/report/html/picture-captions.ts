/** What each still picture shows, in a line of words. */

import type { PictureName } from "./pictures.ts";
import type { RunDocument } from "./run-document.ts";

const CAPTIONS: Readonly<Record<Exclude<PictureName, "overview">, (run: RunDocument) => string>> = {
  equity: ({ basis }) =>
    `Equity, and its drawdown below${basis.benchmark === null ? "" : `; dashed: ${basis.benchmark}, bought with the same money`}`,
  months: () => "Returns of months and years",
  years: () => "Returns of years",
  returns: () => "Returns of sessions; dashed: a normal distribution of the same mean and deviation",
  "rolling-sharpe": () => "Sharpe ratio of the last 126 sessions",
  "rolling-volatility": () => "Volatility of the last 126 sessions, a year",
  "rolling-beta": () => "Beta against the benchmark, of the last 126 sessions",
  exposure: () => "Exposure as a share of equity; filled: the largest gross of each session, dashed: its mean net",
  margin: () => "Largest initial margin of each session, as a share of equity",
  trades: ({ settings }) => `How many closed trades had which result, in ${settings.currency}`,
  excursions: ({ settings }) =>
    `Result (up) against the largest open loss (right), in ${settings.currency}; round: won, square: lost`,
  hours: ({ settings }) => `Result by hour of entry (${settings.timezone}), in ${settings.currency}`,
  weekdays: ({ settings }) => `Result by weekday of entry (${settings.timezone}), in ${settings.currency}`,
};

/** The words under a picture; the overview has its own inside. */
export function captionOf(name: PictureName, run: RunDocument): string {
  return name === "overview" ? "" : CAPTIONS[name](run);
}

/** The same for a picture that stands alone: whose run it is, and what must stand beside its numbers. */
export function standaloneCaption(name: PictureName, run: RunDocument): string {
  const caption = captionOf(name, run);
  const words = [run.notice, run.status === "PARTIAL" ? "PARTIAL" : null].filter((word) => word !== null);
  return caption === "" ? "" : [[run.settings.strategy, ...words].join(", "), caption].join(": ");
}
