/** What a run and a strategy are told, and what is refused. */
import { backtestAll, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, run } from "./support.ts";

describe("parameters", () => {
  class Typed extends Strategy<{ fast: number; label: string }> {
    static override readonly parameters = { fast: 10, label: "x" };
    override onTradingIteration() {}
  }
  it("are defaults with the given laid over them", () => {
    expect(new Typed({ parameters: { fast: 5 } }).parameters).toEqual({ fast: 5, label: "x" });
  });
  it("refuse a misspelt name with the nearest right one, and a wrong type", () => {
    expect(() => new Typed({ parameters: { fsat: 5 } as never })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'fast'") }),
    );
    expect(() => new Typed({ parameters: { fast: "5" as never } })).toThrow(/expected a number/);
  });
});

describe("the options of a run", () => {
  class Idle extends Strategy {
    override onTradingIteration() {}
  }
  const bars = barsOf(ES, flat(100, 3));
  it("refuse a misspelt name, a start behind the end, and words nobody knows", async () => {
    await expect(run(bars, () => {}, { bugdet: 5 } as never)).rejects.toMatchObject({
      hint: expect.stringContaining("'budget'"),
    });
    await expect(run(bars, () => {}, { fill: "yesterday" } as never)).rejects.toMatchObject({ code: "invalid_option" });
    await expect(run(bars, () => {}, { budget: "1000" } as never)).rejects.toThrow(
      "budget was '1000', expected a number",
    );
    await expect(run(bars, () => {}, { fillWithoutVolume: "yes" } as never)).rejects.toThrow("expected true or false");
    for (const [wrong, found] of [
      [{ signal: new AbortController() }, "signal was [object AbortController], expected an AbortSignal"],
      [{ onProgress: "yes" }, "onProgress was yes, expected a function"],
      [{ progress: "yes" }, "progress was yes, expected true or false"],
    ] as const) {
      // Before the first hook: it is no failure of the strategy.
      await expect(run(bars, () => {}, wrong as never)).rejects.toMatchObject({
        code: "invalid_option",
        message: expect.stringContaining(found),
      });
    }
    await expect(run(bars, () => {}, { market: 5 } as never)).rejects.toThrow("Market '5' has no calendar");
    await expect(
      new Idle().backtest(InMemoryBacktesting, "2024-02-01", "2024-01-01", { data: [bars] }),
    ).rejects.toMatchObject({ code: "invalid_time" });
    await expect(
      new Idle().backtest(InMemoryBacktesting, "2020-01-01", "2020-01-02", { data: [bars] }),
    ).rejects.toMatchObject({ code: "data_missing" });
  });

  it("refuse a source that is a word or an object where a class is wanted", async () => {
    const word = new Idle().backtest("file" as never, "2024-01-02", "2024-01-03", { file: "es.csv" } as never);
    await expect(word).rejects.toMatchObject({
      code: "invalid_option",
      message: "Choosing a data source: found 'file', expected a class",
      hint: expect.stringContaining("backtest(FileBacktesting, start, end"),
    });
    const made = new InMemoryBacktesting({ data: [bars] } as never);
    await expect(new Idle().backtest(made as never, "2024-01-02", "2024-01-03")).rejects.toThrow(
      "found an object that is made already, expected a class",
    );
    await expect(backtestAll([new Idle()], made as never, "2024-01-02", "2024-01-03")).rejects.toThrow(
      "expected a class",
    );
  });
  it("call a strategy without a name of its own a strategy", () => {
    expect(new (class extends Strategy {})().name).toBe("Strategy");
  });
});

describe("a method written almost as a hook", () => {
  const told = async (strategy: Strategy) => {
    const data = [barsOf(ES, flat(100, 3))];
    const result = await strategy.backtest(InMemoryBacktesting, "2024-01-02", "2024-01-03", {
      data,
      logLevel: "silent",
    });
    return result.events.filter(({ code }) => code === "hook_unknown").map(({ message }) => message);
  };

  it("is told, with the hook that may be meant", async () => {
    class Ported extends Strategy {
      onTradingIterations() {}
      on_filled_order() {}
      initialise = () => {};
    }
    expect(await told(new Ported())).toEqual([
      "Ported has a method 'initialise', which the run does not call. Did you mean the hook 'initialize'?",
      "Ported has a method 'onTradingIterations', which the run does not call. Did you mean the hook 'onTradingIteration'?",
      "Ported has a method 'on_filled_order', which the run does not call. Did you mean the hook 'onFilledOrder'?",
    ]);
  });

  it("is nobody's business beside that hook, nor is any other method", async () => {
    class Sound extends Strategy {
      override onTradingIteration() {
        this.onTradingIterations();
        this.onSignal();
      }
      onTradingIterations() {}
      onSignal() {}
      rotate() {}
    }
    expect(await told(new Sound())).toEqual([]);
  });
});
