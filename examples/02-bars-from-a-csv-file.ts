/**
 * Bars from a CSV file whose times are local, stamped with the close of each bar: say both, and the rest is found out.
 *
 *   node --import backlit/register examples/02-bars-from-a-csv-file.ts
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Asset, FileBacktesting, Strategy } from "backlit";

const folder = await mkdtemp(join(tmpdir(), "backlit-example-"));
const file = join(folder, "spy.csv");
await writeFile(
  file,
  [
    "Date;Open;High;Low;Close;Volume",
    "2025-01-06 09:31;590.00;590.50;589.75;590.25;120000",
    "2025-01-06 09:32;590.25;591.00;590.00;590.75;98000",
    "2025-01-06 09:33;590.75;591.25;590.50;591.00;87000",
    "2025-01-06 09:34;591.00;591.50;590.75;591.25;91000",
  ].join("\r\n"),
);

class Watch extends Strategy {
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(this.asset, 1, "minute");
    const newest = bars?.at(-1);
    if (newest !== undefined)
      console.log(
        `${this.getDatetime().toFormat("HH:mm")}  sees the bar of ${new Date(newest.time).toISOString()}  close ${newest.close}`,
      );
  }
}

const result = await new Watch().backtest(FileBacktesting, "2025-01-06", "2025-01-07", {
  file,
  assets: [Asset.stock("SPY")],
  timezone: "America/New_York",
  stamp: "close",
  timestep: "1m",
});
console.log(`${result.bars} bars, ${result.iterations} iterations`);
await rm(folder, { recursive: true });
