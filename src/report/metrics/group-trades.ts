/** Closed round trips in money. Trades still open at the end stand apart. */

import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { largest, mean, median, smallest, standardDeviation, sum } from "./numbers.ts";
import { longestStreak } from "./streaks.ts";

const NO_TRADES = "no closed trades";
/** Van Tharp compares systems at 100 trades; more would only flatter the busy ones. */
const SQN_CAP = 100;

export const tradeMetrics = defineMetrics({
  trades: {
    title: "Trades",
    formula: "closed round trips; a roll does not end one",
    unit: "count",
    reference: "backtesting.py # Trades",
    compute: (c) => c.closed.count,
  },
  openTrades: {
    title: "Open trades",
    formula: "round trips not ended when the run was",
    unit: "count",
    reference: "by definition",
    compute: (c) => c.openTrades.length,
  },
  openPnl: {
    title: "Profit of open trades",
    formula: "sum of their profit so far, fees taken off",
    unit: "money",
    reference: "vectorbt Open Trade PnL",
    compute: (c) => c.openTrades.reduce((total, trade) => total + trade.pnl, 0),
  },
  closedPnl: {
    title: "Profit of closed trades",
    formula: "sum of pnl over closed trades, fees taken off",
    unit: "money",
    reference: "by definition",
    compute: (c) => sum(c.closed.pnl),
  },
  grossProfit: {
    title: "Gross profit",
    formula: "sum of pnl over trades with pnl > 0",
    unit: "money",
    reference: "pyfolio round trips",
    compute: (c) => sum(c.closed.wins),
  },
  grossLoss: {
    title: "Gross loss",
    formula: "sum of pnl over trades with pnl < 0",
    unit: "money",
    reference: "pyfolio round trips",
    compute: (c) => sum(c.closed.losses),
  },
  wins: {
    title: "Winning trades",
    formula: "trades with pnl > 0",
    unit: "count",
    reference: "pyfolio round trips",
    compute: (c) => c.closed.wins.length,
  },
  losses: {
    title: "Losing trades",
    formula: "trades with pnl < 0",
    unit: "count",
    reference: "pyfolio round trips",
    compute: (c) => c.closed.losses.length,
  },
  draws: {
    title: "Even trades",
    formula: "trades with pnl = 0",
    unit: "count",
    reference: "pyfolio round trips",
    compute: (c) => c.closed.count - c.closed.wins.length - c.closed.losses.length,
  },
  winRate: {
    title: "Win rate",
    formula: "wins / trades",
    unit: "fraction",
    reference: "backtesting.py Win Rate",
    compute: (c) => winRate(c),
  },
  profitFactor: {
    title: "Profit factor",
    formula: "grossProfit / |grossLoss|, in money",
    unit: "ratio",
    reference: "pyfolio profit_factor; vectorbt (backtesting.py's is of returns)",
    compute: (c) => ofTrades(c) ?? quotient(sum(c.closed.wins), -sum(c.closed.losses), "no losing trade"),
  },
  expectancy: {
    title: "Expectancy",
    formula: "mean pnl of a trade",
    unit: "money",
    reference: "vectorbt expectancy",
    compute: (c) => ofTrades(c) ?? mean(c.closed.pnl),
  },
  medianTrade: {
    title: "Median trade",
    formula: "median pnl",
    unit: "money",
    reference: "pyfolio round trips",
    compute: (c) => ofTrades(c) ?? median(c.closed.pnl),
  },
  bestTrade: {
    title: "Best trade",
    formula: "highest pnl",
    unit: "money",
    reference: "pyfolio round trips",
    compute: (c) => ofTrades(c) ?? largest(c.closed.pnl),
  },
  worstTrade: {
    title: "Worst trade",
    formula: "lowest pnl",
    unit: "money",
    reference: "pyfolio round trips",
    compute: (c) => ofTrades(c) ?? smallest(c.closed.pnl),
  },
  avgWin: {
    title: "Average win",
    formula: "grossProfit / wins",
    unit: "money",
    reference: "pyfolio round trips",
    compute: avgWin,
  },
  avgLoss: {
    title: "Average loss",
    formula: "grossLoss / losses, below 0",
    unit: "money",
    reference: "pyfolio round trips",
    compute: avgLoss,
  },
  payoff: {
    title: "Payoff ratio",
    formula: "avgWin / |avgLoss|",
    unit: "ratio",
    reference: "pyfolio ratio avg. win : avg. loss",
    compute: payoff,
  },
  sqn: {
    title: "SQN",
    formula: "sqrt(trades) x mean(pnl) / standard deviation(pnl), divisor n - 1",
    unit: "ratio",
    reference: "backtesting.py SQN",
    compute: (c) => systemQuality(c, c.closed.count),
  },
  sqn100: {
    title: "SQN, 100 trades at most",
    formula: "as sqn, with sqrt(min(trades, 100))",
    unit: "ratio",
    reference: "Van Tharp",
    compute: (c) => systemQuality(c, Math.min(c.closed.count, SQN_CAP)),
  },
  kelly: {
    title: "Kelly fraction",
    formula: "winRate - (1 - winRate) / payoff",
    unit: "ratio",
    reference: "backtesting.py Kelly Criterion",
    compute: kelly,
  },
  halfKelly: {
    title: "Half Kelly",
    formula: "kelly / 2",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => {
      const whole = kelly(c);
      return isMissing(whole) ? whole : whole / 2;
    },
  },
  maxConsecutiveWins: {
    title: "Most wins in a row",
    formula: "longest run of trades with pnl > 0, in order of their end",
    unit: "count",
    reference: "by definition",
    compute: (c) => longestStreak(c.closed.pnl, (pnl) => pnl > 0),
  },
  maxConsecutiveLosses: {
    title: "Most losses in a row",
    formula: "longest run of trades with pnl < 0, in order of their end",
    unit: "count",
    reference: "by definition",
    compute: (c) => longestStreak(c.closed.pnl, (pnl) => pnl < 0),
  },
  tradesPerDay: {
    title: "Trades a session",
    formula: "trades / sessions",
    unit: "ratio",
    reference: "by definition",
    compute: (c) =>
      quotient(c.closed.count, Math.max(0, c.samples.value.length - 1), "the run has no finished session"),
  },
  tradesPerWeek: {
    title: "Trades a week",
    formula: "trades / (days / 7)",
    unit: "ratio",
    reference: "jesse",
    compute: (c) => perDays(c, 7),
  },
  tradesPerMonth: {
    title: "Trades a month",
    formula: "trades / (days / 30.4375)",
    unit: "ratio",
    reference: "jesse",
    compute: (c) => perDays(c, 365.25 / 12),
  },
});

/** The reason when there is no closed trade. */
export function ofTrades(c: MetricContext): Missing | undefined {
  return c.closed.count === 0 ? missing(NO_TRADES) : undefined;
}

function winRate(c: MetricContext): number | Missing {
  return quotient(c.closed.wins.length, c.closed.count, NO_TRADES);
}

function avgWin(c: MetricContext): number | Missing {
  return quotient(sum(c.closed.wins), c.closed.wins.length, "no winning trade");
}

function avgLoss(c: MetricContext): number | Missing {
  return quotient(sum(c.closed.losses), c.closed.losses.length, "no losing trade");
}

function payoff(c: MetricContext): number | Missing {
  const win = avgWin(c);
  const loss = avgLoss(c);
  if (isMissing(win)) return win;
  return isMissing(loss) ? loss : win / -loss;
}

function systemQuality(c: MetricContext, count: number): number | Missing {
  if (c.closed.count < 2) return missing(`needs 2 closed trades, the run has ${c.closed.count}`);
  return quotient(Math.sqrt(count) * mean(c.closed.pnl), standardDeviation(c.closed.pnl), "all trades earned the same");
}

function kelly(c: MetricContext): number | Missing {
  const rate = winRate(c);
  const ratio = payoff(c);
  if (isMissing(rate)) return rate;
  return isMissing(ratio) ? ratio : rate - (1 - rate) / ratio;
}

function perDays(c: MetricContext, length: number): number | Missing {
  return quotient(c.closed.count * length, c.days, "the run has no length");
}
