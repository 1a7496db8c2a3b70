/** A run on one card: its name, six figures, equity and drawdown. Made to be pasted. */

import type { MetricName } from "../metrics/registry.ts";
import { metricRegistry } from "../metrics/registry.ts";
import type { RunDocument } from "./run-document.ts";
import { spanText } from "./sections.ts";
import { label, picture, tag } from "./svg.ts";
import { metricText, signedMetricText, toneOf } from "./words.ts";

const WIDTH = 960;
const MARGIN = 28;
const HEAD = 78;
const FIGURES = 74;
const LONGEST_NAME = 44;

const SHOWN: readonly (readonly [name: MetricName, title: string, signed: boolean])[] = [
  ["netProfit", "Net profit", true],
  ["totalReturn", "Return", true],
  ["sharpe", "Sharpe ratio", false],
  ["maxDrawdown", "Max drawdown", true],
  ["profitFactor", "Profit factor", false],
  ["trades", "Trades", false],
];

/** The card; `equity` is the still picture of the equity, which may be empty. */
export function overviewPicture(run: RunDocument, equity: string): string {
  const { settings, stats } = run;
  const height = HEAD + FIGURES + (equity === "" ? 0 : 372);
  const column = (WIDTH - 2 * MARGIN) / SHOWN.length;
  const tags = [run.notice, run.status === "PARTIAL" ? "PARTIAL" : null].filter((word) => word !== null);
  const name =
    settings.strategy.length > LONGEST_NAME ? `${settings.strategy.slice(0, LONGEST_NAME)}…` : settings.strategy;
  const span = `${spanText(settings)} · ${settings.assets.slice(0, 3).join(", ")}`;
  return picture(
    {
      name: "overview",
      width: WIDTH,
      height,
      title: [settings.strategy, ...tags].join(", "),
      description: SHOWN.map(
        ([metric, title]) => `${title} ${metricText(stats[metric], metricRegistry[metric].unit)}`,
      ).join("; "),
    },
    label(name, MARGIN, 44, { kind: "headline" }),
    label([...tags, span].join(" · "), MARGIN, 68),
    ...SHOWN.flatMap(([metric, title, signed], i) => {
      const value = stats[metric];
      const { unit } = metricRegistry[metric];
      const x = MARGIN + i * column;
      return [
        label(title, x, HEAD + 24),
        label((signed ? signedMetricText : metricText)(value, unit), x, HEAD + 52, {
          kind: `figure ${signed ? toneOf(value) : ""}`.trim(),
        }),
      ];
    }),
    equity === ""
      ? tag("g", {})
      : equity.replace("<svg ", `<svg x="0" y="${HEAD + FIGURES}" width="${WIDTH}" height="360" `),
  );
}
