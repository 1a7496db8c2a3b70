/** Words that the page's own program writes on its charts. */
import { describe, expect, it } from "vitest";

const words: {
  axisPercent(ticks: readonly number[]): readonly string[];
  axisMoney(ticks: readonly (number | null)[]): readonly string[];
} = await import(new URL("../../src/report/page/words.js", import.meta.url).href);

describe("the words of an axis", () => {
  it("are what stands there, with the decimals that takes", () => {
    // Steps of 2.5 %: written without decimals the middle one would be -3 %, which it is not.
    expect(words.axisPercent([-0.05, -0.025, 0])).toEqual(["−5.0 %", "−2.5 %", "0.0 %"]);
    expect(words.axisPercent([-0.2, -0.1, 0])).toEqual(["−20 %", "−10 %", "0 %"]);
    expect(words.axisPercent([-0.0005, -0.00025, 0])).toEqual(["−0.050 %", "−0.025 %", "0.000 %"]);
    expect(words.axisPercent([0])).toEqual(["0 %"]);
  });

  it("have one minus sign", () => {
    expect(words.axisMoney([-100_000, 0, 50_000, null])).toEqual(["−100,000", "0", "50,000", ""]);
    expect(words.axisMoney([-2_500_000, 0])).toEqual(["−2.5M", "0"]);
  });
});
