import { Bars } from "../../../src/bars/bars.ts";
import { calendarFor } from "../../../src/calendar/index.ts";
import { Requirements } from "../../../src/engine/account/requirements.ts";
import { BuyingPower } from "../../../src/engine/buying-power.ts";
import { contractTerms } from "../../../src/engine/contract-terms.ts";
import { GrowingSeries } from "../../../src/engine/growing-series.ts";
import { Instrument } from "../../../src/engine/instrument.ts";
import { Portfolio } from "../../../src/engine/portfolio.ts";
import { SimulatedBroker } from "../../../src/engine/simulated-broker.ts";
import { TradeRecorder } from "../../../src/engine/trade-recorder.ts";
import { Asset } from "../../../src/market/asset.ts";
import { parseTimestep } from "../../../src/market/timestep.ts";
import type { BrokerBench } from "../../../src/testing/index.ts";

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 2, 15);

/** The broker behind `broker: "paper"`, with a stock whose last price is 100 and an account that can pay it. */
export function paperBench(): BrokerBench {
  const asset = Asset.stock("ACME");
  const timestep = parseTimestep("1m");
  const column = [100];
  const first = Bars.from({
    asset,
    timestep,
    time: [START - MINUTE],
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  });
  const series = new GrowingSeries(first, 1);
  const instrument = new Instrument(series, asset, contractTerms(asset, asset, undefined), 0, {
    calendar: calendarFor("24/7"),
    rolls: [],
    adjustmentUnknown: false,
    expiration: undefined,
    expiresAt: Number.POSITIVE_INFINITY,
    settlements: new Map(),
    actions: [],
  });
  instrument.seek(START);
  instrument.ahead = { hasMore: () => true, lastClose: () => undefined, closeOfOpened: Number.NEGATIVE_INFINITY };
  let now = START;
  const portfolio = new Portfolio(10_000);
  const requirements = new Requirements(
    { margins: {}, marginCall: "off", buyingPower: "cash" },
    () => now,
    () => {},
  );
  const broker = new SimulatedBroker(
    {
      fill: "next-open",
      intrabar: "worst",
      limitFill: "touch",
      buyTradingFees: [],
      sellTradingFees: [],
      slippage: undefined,
      volumeShare: undefined,
      fillWithoutVolume: true,
      log: () => {},
    },
    {
      portfolio,
      trades: new TradeRecorder(portfolio, "fifo"),
      buyingPower: new BuyingPower(portfolio, requirements),
      events: [],
    },
    (order) => (order.asset.equals(asset) ? instrument : undefined),
  );
  broker.advance(now);
  return {
    broker,
    asset,
    trade: async (prices) => {
      for (const price of prices) {
        const prints = { open: price, high: price, low: price, close: price, volume: 1_000 };
        const end = now + MINUTE;
        series.append({ kind: "bar", asset, timestep, time: now, end, arrival: end, ...prints });
        instrument.openBar();
        broker.atOpen([instrument], 1);
        now = end;
        broker.advance(now);
        broker.throughBar(instrument);
        instrument.closeBar();
        broker.settleDue();
      }
    },
  };
}
