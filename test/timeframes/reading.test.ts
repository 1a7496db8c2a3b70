import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Bars, Rsi, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { ES, minutes, run, walk } from "./support.ts";

describe("reading in a hook", () => {
  it("allocates nothing, over a million reads of each kind", () => {
    const child = fileURLToPath(new URL("reading-child.mjs", import.meta.url));
    const room = ["--min-semi-space-size=512", "--max-semi-space-size=512"];
    const bytes: Record<string, number> = JSON.parse(
      execFileSync(process.execPath, ["--expose-gc", ...room, child], { encoding: "utf8" }),
    );
    // The language's own `at` of a typed array makes a number of 16 bytes where the compiler does not see through it: Node 20.
    const { "an array of one's own, at(-1)": ofAt = Number.NaN, ...reads } = bytes;
    expect(Object.keys(reads)).toHaveLength(8);
    // The smallest object takes 16 bytes; a view of a column takes more than 100.
    for (const [read, grown] of Object.entries(reads))
      expect(grown, read).toBeLessThan(2 + (read.endsWith(".close.at(-1)") ? ofAt : 0));
  });

  it("gives one view until the next bar closes, and leaves views that are kept as they were", async () => {
    const kept: { readonly bars: Bars; readonly closes: readonly number[] }[] = [];
    const five: Bars[] = [];

    class Keeping extends Strategy {
      static override readonly assets = [ES];

      override async initialize() {
        await this.subscribe(ES, "1m");
        this.indicator(Rsi, { period: 2 }, { timestep: "5m" });
      }

      override onTradingIteration() {
        for (const step of ["1m", "5m"])
          for (const length of [undefined, 3]) {
            const bars = this.bars(ES, step, length);
            if (bars === undefined) continue;
            expect(this.bars(ES, step, length)).toBe(bars);
            expect(this.bars(ES, step, length)?.close).toBe(bars.close);
            expect(bars.high).toBe(bars.high);
            if (step === "5m" && length === undefined) five.push(bars);
            kept.push({ bars, closes: [...bars.close] });
          }
      }
    }

    const closes = walk(40);
    await run(new Keeping(), minutes(closes));
    for (const { bars, closes: then } of kept) expect([...bars.close]).toEqual(then);
    // Seen from the iterations at 15:05 to 15:39: seven bars of five minutes, the last of them closed at 15:35; one object each.
    expect([five.length > 7, new Set(five).size]).toEqual([true, 7]);
    expect([...(kept.at(-1)?.bars.close ?? [])]).toEqual([closes[24], closes[29], closes[34]]);
  });
});
