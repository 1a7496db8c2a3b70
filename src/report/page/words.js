/** Numbers and instants as the page writes them. */

const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const PRICE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 8 });
const COUNT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

const MINUS = "\u2212";
const NONE = "\u2013";

/** Money with its sign, which says what colour cannot. */
export function signedMoney(value) {
  if (!Number.isFinite(value)) return NONE;
  return `${value > 0 ? "+" : value < 0 ? MINUS : ""}${MONEY.format(Math.abs(value))}`;
}

export function money(value) {
  return Number.isFinite(value) ? MONEY.format(value).replace("-", MINUS) : NONE;
}

/** @param {number} [decimals] how many are always written, so that prices stand under each other */
export function price(value, decimals) {
  if (decimals !== undefined && Number.isFinite(value)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return value.toLocaleString("en-US", digits).replace("-", MINUS);
  }
  return Number.isFinite(value) ? PRICE.format(value).replace("-", MINUS) : NONE;
}

/** A price or a count of ticks with its sign. */
export function signedPrice(value) {
  return value > 0 ? `+${price(value)}` : price(value);
}

export function count(value) {
  return Number.isFinite(value) ? COUNT.format(value) : NONE;
}

export function percent(fraction, decimals = 2) {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(decimals).replace("-", MINUS)} %` : NONE;
}

/** Money on an axis: millions by a letter, where every mark has one. A logarithmic axis leaves some of its marks without words. */
export function axisMoney(ticks) {
  const shown = ticks.filter((value) => value !== null && value !== 0);
  const millions = shown.every((value) => Math.abs(value) >= 1e6);
  return ticks.map((value) => {
    if (value === null) return "";
    const text = millions && value !== 0 ? `${Number((value / 1e6).toFixed(3))}M` : value.toLocaleString("en-US");
    return text.replace("-", MINUS);
  });
}

/** Fractions on an axis, with as many decimals as their distance has. */
export function axisPercent(ticks) {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) * 100 : 1;
  const isWhole = (value) => Math.abs(value - Math.round(value)) < 1e-6;
  const decimals = [0, 1, 2, 3].find((places) => isWhole(step * 10 ** places)) ?? 4;
  return ticks.map((value) => percent(value, decimals));
}

/** `2025-03-10 14:30`, UTC. */
export function instant(time) {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 16).replace("T", " ") : NONE;
}

/** @type {readonly (readonly [string, number])[]} */
const STEPS = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/** Length of a bar: `1m`, `4h`. */
export function stepName(step) {
  const [letter, size] = STEPS.find(([, length]) => step % length === 0) ?? ["ms", 1];
  return `${step / size}${letter}`;
}

/** What a trade came to, a line each. */
export function tradeCard(trade) {
  return [
    `Trade ${trade.number}: ${trade.direction === "long" ? "▲ long" : "▼ short"} ${price(trade.quantity)}`,
    `Result ${signedMoney(trade.pnl)}${Number.isFinite(trade.ticks) ? ` (${signedPrice(trade.ticks)} ticks)` : ""}`,
    `MAE ${signedMoney(trade.mae)}, MFE ${signedMoney(trade.mfe)}`,
    trade.open ? "Still open" : `Ended by ${trade.exitReason || "unknown"}`,
  ].join("\n");
}

/** A trade in one line. */
export function tradeText(trade) {
  const way = `${trade.direction} ${price(trade.quantity)} ${trade.asset}`;
  const exit = trade.open ? "still open" : `out ${instant(trade.exitTime)} at ${price(trade.exitPrice)}`;
  return `Trade ${trade.number}: ${way}, in ${instant(trade.entryTime)} at ${price(trade.entryPrice)}, ${exit}. Result ${signedMoney(trade.pnl)} after ${money(trade.fees)} of fees; MAE ${signedMoney(trade.mae)}, MFE ${signedMoney(trade.mfe)}; ${count(trade.bars)} bars${trade.exitReason ? `; ended by ${trade.exitReason}` : ""}.`;
}
