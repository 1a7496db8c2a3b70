import type { Fill } from "../../market/fill.ts";
import type { DataSource } from "../../market/ports.ts";
import type { EquityCurve, MarginUse } from "../../market/run-outcome.ts";
import type { StrategyBase } from "../../strategy/strategy-base.ts";
import { ExchangeRates } from "../account/exchange-rates.ts";
import { assetsOf, type EngineResult, runEngine } from "../backtest.ts";
import { sharedCurrency } from "../contract-terms.ts";
import { marginUse } from "../margin-use.ts";
import type { EngineOptions } from "../options.ts";
import type { Progress } from "../progress.ts";
import { Book } from "./book.ts";
import { Conductor } from "./conductor.ts";
import { SharedAccount } from "./shared-account.ts";

/** What strategies on one account leave behind. */
export interface TogetherResult {
  /** By strategy, in the order of their names. */
  readonly results: ReadonlyMap<StrategyBase<object>, EngineResult>;
  /** The strategy that ended the run before its time, if one did. */
  readonly cutBy: StrategyBase<object> | undefined;
  /** The account's. */
  readonly equity: EquityCurve;
  readonly margin: () => MarginUse;
}

/**
 * Runs strategies on one account, in turns. Deterministic, and the same in whatever order they are given: at one instant the order of their
 * names decides.
 * @throws what `runEngine` throws before the first bar
 */
export async function runTogether(
  strategies: readonly StrategyBase<object>[],
  source: DataSource,
  given: EngineOptions,
): Promise<TogetherResult> {
  const ordered = [...strategies].sort((a, b) => (a.name < b.name ? -1 : 1));
  const currency = given.currency ?? (await currencyOfAll(ordered, source, given));
  const options = { ...given, currency };
  const account = new SharedAccount(options);
  const books = new Map<StrategyBase<object>, Book>();
  const conductor = new Conductor(ordered.length, {
    onClosed: (time) => account.closed(time),
    onCut: () => {
      for (const book of books.values()) book.cut();
    },
  });
  const progress = progressOfAll(options, account, books);
  const running: Promise<EngineResult>[] = [];
  try {
    for (const strategy of ordered) {
      const book = new Book(strategy.name, options.budget, account, conductor);
      books.set(strategy, book);
      const run = runEngine(strategy, source, { ...options, onProgress: progress }, book);
      running.push(run);
      // One fetches its data after the other; all of them wait for the last.
      await Promise.race([run, book.turns.ready]);
    }
    const results = await Promise.all(running);
    account.curve.recordEnd(account.curve.lastTime, account.equity, account.cash);
    return {
      results: new Map(ordered.map((strategy, place) => [strategy, results[place] as EngineResult])),
      cutBy: ordered.find((strategy) => books.get(strategy)?.turns === conductor.cutBy),
      equity: account.curve.curve(),
      margin: () => marginOfAll(results, [...books.values()], options, new ExchangeRates(currency, options.fxRates)),
    };
  } catch (error) {
    conductor.cut();
    await Promise.allSettled(running);
    throw error;
  }
}

/** An account has one currency, whichever of its strategies trades what. */
async function currencyOfAll(
  strategies: readonly StrategyBase<object>[],
  source: DataSource,
  options: EngineOptions,
): Promise<string> {
  const assets = await Promise.all(strategies.map((strategy) => assetsOf(strategy, source, options)));
  return sharedCurrency(assets.flat());
}

/** The progress of the account, whichever strategy tells it. */
function progressOfAll(
  { onProgress }: EngineOptions,
  account: SharedAccount,
  books: ReadonlyMap<StrategyBase<object>, Book>,
): EngineOptions["onProgress"] {
  const sum = (of: (book: Book) => number) => [...books.values()].reduce((total, book) => total + of(book), 0);
  return ({ time }: Progress) =>
    onProgress?.({
      time,
      bars: sum(({ run }) => run?.kernel.bars ?? 0),
      standing: () => ({ ...account.curve.standing(), trades: sum(({ run }) => run?.trades.closedCount ?? 0) }),
    });
}

function marginOfAll(
  results: readonly EngineResult[],
  books: readonly Book[],
  options: EngineOptions,
  rates: ExchangeRates,
): MarginUse {
  const fills: Fill[] = results.flatMap(({ outcome }) => outcome.fills).sort((a, b) => a.time - b.time);
  const instruments = books.flatMap(({ run }) => run?.market.instruments ?? []);
  return marginUse(fills, instruments, options, rates);
}
