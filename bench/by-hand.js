/**
 * The floor: the same bars and rule as `sma-cross.js` in a loop written by hand for this one strategy. It keeps the same fills, trades and
 * columns of equity, and knows no sessions, margin, order kinds or second instrument. Argument: the number of bars. Prints one line of JSON.
 */
import { walk } from "./market.js";

const [rows = "1000000"] = process.argv.slice(2);
const FAST = 10;
const SLOW = 30;
const MULTIPLIER = 50;
const FEE = 2;
const MINUTE = 60_000;

function run({ time, open, close }) {
  const curve = {
    time: new Float64Array(time.length),
    value: new Float64Array(time.length),
    cash: new Float64Array(time.length),
  };
  const orders = [];
  const fills = [];
  const trades = [];
  let cash = 10_000_000;
  let held = 0;
  let entry = 0;
  let pending;
  for (let row = 0; row < time.length; row++) {
    if (pending !== undefined) {
      const { id, side, quantity } = pending;
      const price = open[row];
      const fee = FEE * quantity;
      if (held !== 0) {
        const pnl = (price - entry) * held * MULTIPLIER;
        trades.push({ quantity: held, entryPrice: entry, exitTime: time[row], exitPrice: price, pnl });
        cash += pnl;
      }
      cash -= fee;
      held += side === "buy" ? quantity : -quantity;
      entry = price;
      fills.push({ time: time[row], side, quantity, price, fee, orderId: id });
      pending.status = "filled";
      pending = undefined;
    }
    curve.time[row] = time[row] + MINUTE;
    curve.cash[row] = cash;
    curve.value[row] = cash + (close[row] - entry) * held * MULTIPLIER;
    if (row < SLOW - 1) continue;
    const window = close.subarray(row - SLOW + 1, row + 1);
    let slow = 0;
    let fast = 0;
    for (let i = 0; i < SLOW; i++) slow += window[i];
    for (let i = SLOW - FAST; i < SLOW; i++) fast += window[i];
    const wanted = fast * SLOW > slow * FAST ? 1 : -1;
    if (wanted === held) continue;
    const id = String(orders.length + 1);
    pending = { id, side: wanted > held ? "buy" : "sell", quantity: Math.abs(wanted - held), status: "open" };
    orders.push(pending);
  }
  return { fills, trades, curve };
}

const columns = walk(Number(rows));
const cpu = process.cpuUsage();
const started = performance.now();
const { fills, curve } = run(columns);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);

console.log(
  JSON.stringify({
    system: "by hand",
    bars: Number(rows),
    fills: fills.length,
    equity: curve.value.at(-1),
    loadSeconds: 0,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
