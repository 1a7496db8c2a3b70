import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import { buildOrder } from "../../src/market/build-order.ts";
import type { Order } from "../../src/market/order.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { formatInstant, MINUTE } from "../../src/market/time.ts";
import { csvCell } from "../../src/report/csv.ts";
import { computeStatistics, runFiles } from "../../src/report/index.ts";
import { instantWriter } from "../../src/report/instant-text.ts";
import { toPlain } from "../../src/report/plain.ts";
import { dailyEquity, outcomeOf, SETTINGS, STOCK, tradeOf } from "./support.ts";

const NINE = Date.UTC(2025, 0, 2, 14, 30);

function textOf(outcome: RunOutcome, name: string): string {
  const file = runFiles(outcome, computeStatistics(outcome)).find((entry) => entry.name === name);
  return file?.text ?? "";
}

function orderOf(parts: Partial<Order> = {}, options = {}): Order {
  const order = buildOrder(() => "7", NINE, { asset: STOCK, quantity: 2, side: "buy", options });
  return Object.assign({}, order, { status: "filled", submittedAt: NINE }, parts);
}

describe("the files of a run", () => {
  it("are six", () => {
    const outcome = outcomeOf();
    expect(runFiles(outcome, computeStatistics(outcome)).map(({ name }) => name)).toEqual([
      "result.json",
      "config.resolved.json",
      "equity.csv",
      "orders.csv",
      "fills.csv",
      "trades.csv",
    ]);
  });

  it("are the same bytes each time, whole or in pieces", () => {
    const make = () =>
      outcomeOf({
        equity: dailyEquity(Array.from({ length: 20_000 }, (_, i) => 100 + i / 7)),
        trades: [tradeOf(1 / 3)],
      });
    const [first, second] = [make(), make()].map((outcome) => runFiles(outcome, computeStatistics(outcome)));
    expect(first?.map(({ text }) => text)).toEqual(second?.map(({ text }) => text));
    for (const file of first ?? []) {
      expect([...file.chunks()].join("")).toBe(file.text);
      expect(file.text.endsWith("\n")).toBe(true);
    }
  });

  it("write equity with numbers that read back the same", () => {
    const outcome = outcomeOf({ equity: dailyEquity([0.1 + 0.2, 1e21, -0, 5e-324]) });
    expect(textOf(outcome, "equity.csv")).toBe(
      [
        "time,value,cash",
        "2025-01-02T00:00:00Z,0.30000000000000004,0.30000000000000004",
        "2025-01-03T00:00:00Z,1e+21,1e+21",
        "2025-01-04T00:00:00Z,0,0",
        "2025-01-05T00:00:00Z,5e-324,5e-324",
        "",
      ].join("\n"),
    );
  });

  it("leave a cell empty where there is no number", () => {
    const [, , row] = textOf(outcomeOf({ equity: dailyEquity([1, Number.NaN]) }), "equity.csv").split("\n");
    expect(row).toBe("2025-01-03T00:00:00Z,,");
  });

  it("write orders with the prices of their kind", () => {
    const orders = [
      orderOf(
        { averageFillPrice: 99.5, filledQuantity: 2, fees: 1.25, closedAt: NINE + 1 },
        { limitPrice: 99.5, tag: 'say "hi", twice' },
      ),
      orderOf(
        { status: "rejected", refusal: "insufficient_funds" },
        { trailPercent: 0.02, timeInForce: "gtd", goodTillDate: "2025-01-03" },
      ),
    ];
    expect(textOf(outcomeOf({ orders }), "orders.csv")).toBe(
      [
        "id,createdAt,submittedAt,closedAt,asset,side,quantity,kind,limitPrice,stopPrice,trailPrice,trailPercent,timeInForce,goodTillDate,status,filledQuantity,averageFillPrice,fees,refusal,tag,orderClass,parentId,touchPrice,limitOffset,postOnly,reduceOnly",
        '7,2025-01-02T14:30:00Z,2025-01-02T14:30:00Z,2025-01-02T14:30:00.001Z,stock:SPY,buy,2,limit,99.5,,,,gtc,,filled,2,99.5,1.25,,"say ""hi"", twice",simple,,,,false,false',
        "7,2025-01-02T14:30:00Z,2025-01-02T14:30:00Z,,stock:SPY,buy,2,trailing_stop,,,,0.02,gtd,2025-01-04T00:00:00Z,rejected,0,,0,insufficient_funds,,simple,,,,false,false",
        "",
      ].join("\n"),
    );
  });

  it("write fills and trades", () => {
    const fill = {
      time: NINE,
      asset: Asset.future("ESH25"),
      side: "sell",
      quantity: 1,
      price: -37.63,
      fee: 2.25,
      slippage: 0,
      orderId: "9",
    } as const;
    expect(textOf(outcomeOf({ fills: [fill] }), "fills.csv")).toBe(
      "time,asset,side,quantity,price,fee,slippage,orderId,contract,reason\n2025-01-02T14:30:00Z,future:ESH25,sell,1,-37.63,2.25,0,9,,\n",
    );
    const instruments = { [STOCK.key]: { multiplier: 1, tickSize: 0.25 } };
    // 5 points down are 20 ticks of 0.25; nothing has ended it yet.
    const trade = tradeOf(-5, { entryTime: NINE, exitTime: NINE + 3 * MINUTE, fees: 1, bars: 3, open: true });
    expect(textOf(outcomeOf({ trades: [trade], instruments }), "trades.csv")).toBe(
      "asset,direction,quantity,entryTime,entryPrice,exitTime,exitPrice,pnl,fees,bars,mae,mfe,open,rolls,rollGap,exitReason,ticks\n" +
        "stock:SPY,long,1,2025-01-02T14:30:00Z,100,2025-01-02T14:33:00Z,95,-5,1,3,-5,0,true,0,0,,-20\n",
    );
  });

  it("quote a cell as RFC 4180 asks", () => {
    expect(csvCell("a,b")).toBe('"a,b"');
    expect(csvCell('a"b')).toBe('"a""b"');
    expect(csvCell("a\r\nb")).toBe('"a\r\nb"');
    expect(csvCell("plain")).toBe("plain");
  });

  it("write a million rows in pieces", () => {
    const value = new Float64Array(1_000_000).fill(100);
    const time = value.map((_, i) => i * MINUTE);
    const outcome = outcomeOf({ equity: { time, value, cash: value } });
    const equity = runFiles(outcome, computeStatistics(outcome)).find(({ name }) => name === "equity.csv");
    let longest = 0;
    let lines = 0;
    for (const chunk of equity?.chunks() ?? []) {
      longest = Math.max(longest, chunk.length);
      for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", at + 1)) lines++;
    }
    expect(lines).toBe(1_000_001);
    expect(longest).toBeLessThan(1_000_000);
  });
});

describe("instants in a file", () => {
  it("are what formatInstant writes", () => {
    const write = instantWriter();
    const times = fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(times, (time) => {
        expect(write(time)).toBe(formatInstant(time));
      }),
    );
  });
});

describe("result.json", () => {
  const outcome = outcomeOf({
    equity: dailyEquity([100_000, 101_000, 99_000]),
    status: "PARTIAL",
    notice: "SYNTHETIC",
    notes: ["2 rows dropped"],
    events: [
      {
        time: NINE,
        code: "order_refused",
        level: "warning",
        message: "no money",
        asset: STOCK,
        orderId: "3",
        reason: "insufficient_funds",
      },
    ],
  });
  const document = JSON.parse(textOf(outcome, "result.json"));

  it("names its schema, its version and the state of the run first", () => {
    expect(Object.keys(document).slice(0, 5)).toEqual(["schema", "version", "engine", "status", "notice"]);
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(document.engine).toEqual({ name: manifest.name, version: manifest.version });
    expect(document).toMatchObject({
      schema: "backlit.result",
      version: 1,
      status: "PARTIAL",
      notice: "SYNTHETIC",
      notes: ["2 rows dropped"],
    });
  });

  it("holds every metric, and a reason for each that is null", () => {
    const nulls = Object.entries(document.stats).filter(([, value]) => value === null);
    expect(document.stats).toMatchObject({
      finalEquity: 99_000,
      trades: 0,
      sortino: expect.any(Number),
      winRate: null,
    });
    expect(nulls.map(([name]) => name)).toEqual(Object.keys(document.undefined));
  });

  it("holds settings, conventions, counts, data and events", () => {
    expect(document.settings).toEqual(SETTINGS);
    expect(document.conventions.periodsPerYear).toBe(
      "Periods a year: 252 (by convention, XNYS has 250 sessions in 2025).",
    );
    expect(document.counts).toEqual({
      bars: 1,
      iterations: 1,
      equityRows: 3,
      orders: 0,
      fills: 0,
      trades: 0,
      cashflows: 0,
      events: 1,
      markers: 0,
      lines: 0,
      ohlc: 0,
    });
    expect(document.data).toEqual(outcome.data);
    expect(document.events).toEqual([
      {
        time: "2025-01-02T14:30:00Z",
        code: "order_refused",
        level: "warning",
        asset: "stock:SPY",
        orderId: "3",
        reason: "insufficient_funds",
        message: "no money",
      },
    ]);
    expect(document.drawdowns[0]).toMatchObject({ peakTime: "2025-01-03T00:00:00Z", recoveryTime: null });
  });

  it("does not depend on the order in which settings were written", () => {
    const turned = Object.fromEntries(Object.entries({ ...SETTINGS, parameters: { slow: 30, fast: 10 } }).reverse());
    const same = { ...outcome, settings: turned as unknown as RunOutcome["settings"] };
    expect(textOf(same, "result.json")).toBe(textOf(outcome, "result.json"));
  });

  it("masks secrets and says what JSON has no word for", () => {
    const loop: Record<string, unknown> = { name: "loop" };
    loop["self"] = loop;
    const plain = toPlain({
      apiKey: "db-123",
      nested: { API_KEY: "x", password: "y", tokens: 5 },
      limit: Number.POSITIVE_INFINITY,
      fn: () => 1,
      big: 5n,
      when: new Date(0),
      asset: STOCK,
      column: new Float64Array(3),
      none: undefined,
      list: [undefined, null, 1],
      map: new Map([["a", 1]]),
      bytes: Buffer.from("hi"),
      failure: new Error("no"),
      nothing: {},
      authKeys: ["x", { name: "y", size: 3 }],
      loop,
    });
    expect(plain).toEqual({
      apiKey: "***",
      asset: "stock:SPY",
      big: "5",
      column: "[Float64Array]",
      fn: "[function]",
      limit: "Infinity",
      list: [null, null, 1],
      map: "[Map]",
      bytes: "[Buffer]",
      failure: "[Error]",
      nothing: {},
      authKeys: ["***", { name: "***", size: 3 }],
      loop: { name: "loop", self: "[circular]" },
      nested: { API_KEY: "***", password: "***", tokens: 5 },
      when: "1970-01-01T00:00:00.000Z",
    });
  });
});
