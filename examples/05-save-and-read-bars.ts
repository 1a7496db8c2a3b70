/**
 * Bars to an Arrow table and back, without copying prices.
 *
 *   node --import backlit/register examples/05-save-and-read-bars.ts
 */
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { Asset, Bars } from "backlit";

const bars = Bars.from({
  asset: Asset.stock("AAPL"),
  timestep: "1d",
  time: [Date.UTC(2025, 0, 2), Date.UTC(2025, 0, 3)],
  open: [248.93, 243.36],
  high: [249.1, 244.18],
  low: [241.82, 241.89],
  close: [243.85, 243.36],
  volume: [55_740_700, 40_244_100],
});

const bytes = tableToIPC(bars.toArrow(), "file");
const again = Bars.fromArrow(tableFromIPC(bytes));
console.log(
  `${again.asset} ${again.timestep.name}: ${again.length} bars in ${bytes.length} bytes, last close ${again.close.at(-1)}`,
);
