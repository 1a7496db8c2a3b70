import { InMemoryBacktesting, type SeriesOf, Sma, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { MINUTE, minutes, T0 } from "./support.ts";

/** Volumes of the minutes from 15:00 are 1, 2, 3 ...; the volume of each five-minute bar as the strategy hears of it. */
class Volumes extends Strategy {
  readonly heard: string[] = [];
  #volume: SeriesOf<Sma> | undefined;

  override initialize() {
    this.#volume = this.indicator(Sma, { period: 1, source: "volume" }, { timestep: "5m" });
  }

  override onBar() {
    this.heard.push(`${new Date(this.getTimestamp()).toISOString().slice(11, 16)} ${this.#volume?.value}`);
  }
}

/** Replays twelve minutes of which the one from `minute` comes half a minute after its close, far beyond the grace. */
async function withLate(minute: number) {
  const strategy = new Volumes();
  const data = [minutes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])];
  const delay = ({ time }: { readonly time: number }) => (time === T0 + minute * MINUTE ? 30_000 : 0);
  const [start, end] = [T0, T0 + 12 * MINUTE];
  const { events } = await strategy.run({
    source: InMemoryBacktesting,
    broker: "paper",
    data,
    start,
    end,
    delay,
    logLevel: "error",
  });
  return { heard: strategy.heard, codes: events.map(({ code }) => code).filter((code) => code.startsWith("bar_")) };
}

describe("a minute that comes late", () => {
  it("is counted in the five minutes that are still in progress", async () => {
    // 1 + 2 + 3 + 4 + 5 and 6 + 7 + 8 + 9 + 10.
    expect(await withLate(2)).toEqual({ heard: ["15:05 15", "15:10 40"], codes: ["bar_overdue", "bar_late"] });
  });

  it("does not keep five minutes open: they close by the clock, and are not changed afterwards", async () => {
    // The minute from 15:04 (5) is not there at 15:05, and belongs to no bar later.
    const { heard, codes } = await withLate(4);
    expect(heard).toEqual(["15:05 10", "15:10 40"]);
    expect(codes).toEqual(["bar_overdue", "bar_late", "bar_late"]);
  });
});
