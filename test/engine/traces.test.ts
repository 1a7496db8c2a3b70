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
