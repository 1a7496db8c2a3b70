/** Values that a strategy notes after each iteration. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { barsOf, ES, flat, MINUTE, STOCK, T0 } from "./support.ts";

describe("traceStats", () => {
  it("that gives a promise is an error that says so: its values would be lost", async () => {
    class Later extends Strategy {
      override onTradingIteration() {}
    }
    Object.defineProperty(Later.prototype, "traceStats", { value: async () => ({ fast: 1 }) });
    await expect(
      new Later().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, { data: [barsOf(STOCK, flat(100, 3))] }),
    ).rejects.toThrow("Later.traceStats gave a promise at 2024-01-02T15:00:00Z, expected values by name");
  });

  it.each([
    ["a list", [1], "Later.traceStats gave a list at"],
    ["a number", 5, "Later.traceStats gave a number at"],
    ["an object for a value", { day: new Date(0) }, "Later.traceStats gave 'day' as object at"],
    ["a column that there is already", { time: 5 }, "Later.traceStats gave a value named 'time' at"],
  ])("that gives %s is an error that says so", async (_, given, message) => {
    class Later extends Strategy {}
    Object.defineProperty(Later.prototype, "traceStats", { value: () => given });
    await expect(
      new Later().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, { data: [barsOf(STOCK, flat(100, 3))] }),
    ).rejects.toThrow(message);
  });

  it("notes nothing for null, and the run can be saved", async () => {
    class Early extends Strategy {}
    Object.defineProperty(Early.prototype, "traceStats", { value: () => null });
    const result = await new Early().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, {
      data: [barsOf(STOCK, flat(100, 3))],
    });
    expect(result.traces).toEqual([]);
    await result.save(temporaryFolder());
  });

  it("keeps each row as it was, where the strategy hands in one object again and again", async () => {
    class Counting extends Strategy {
      readonly row = { "20": 0, "fast, slow": 0, undecided: undefined as unknown as number };
      override traceStats() {
        this.row["20"] += 1;
        this.row["fast, slow"] -= 1;
        return this.row;
      }
    }
    const result = await new Counting().backtest(InMemoryBacktesting, T0, T0 + 2 * MINUTE, {
      data: [barsOf(ES, flat(100, 2))],
      market: "24/7",
    });
    const folder = temporaryFolder();
    await result.save(folder);
    // The instant stands first, and a name with a comma is one column.
    expect(await readFile(join(folder, "traces.csv"), "utf8")).toBe(
      'time,20,"fast, slow",undecided\n2024-01-02T15:00:00Z,1,-1,\n2024-01-02T15:01:00Z,2,-2,\n',
    );
  });

  it("notes a row after each iteration, and the rows are saved", async () => {
    const strategy = new (class extends Strategy {
      override onTradingIteration() {}
      override traceStats() {
        return { minute: this.getDatetime().minute, note: "a,b" };
      }
    })();
    const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 2 * MINUTE, {
      data: [barsOf(ES, flat(100, 2))],
      market: "24/7",
    });
    expect(result.traces).toEqual([
      { time: T0, values: { minute: 0, note: "a,b" } },
      { time: T0 + MINUTE, values: { minute: 1, note: "a,b" } },
    ]);
    const folder = temporaryFolder();
    await result.save(folder);
    expect(await readFile(join(folder, "traces.csv"), "utf8")).toBe(
      'time,minute,note\n2024-01-02T15:00:00Z,0,"a,b"\n2024-01-02T15:01:00Z,1,"a,b"\n',
    );
  });
});
