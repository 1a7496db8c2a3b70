/** What a run and a strategy are told, and what is refused. */
import { backtestAll, InMemoryBacktesting, partialResultOf, Strategy } from "backlit";
import { DateTime } from "luxon";
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
    expect(() => new Typed({ parameters: { fast: "5" as never } })).toThrow(
      "Setting the parameters of Typed: 'fast' was '5', expected a number such as 10",
    );
  });
  it("refuse a date that is none, which would stand as null in the files of the run", () => {
    class Dated extends Strategy<{ from: Date; until: unknown }> {
      static override readonly parameters = { from: new Date(0), until: null };
      override onTradingIteration() {}
    }
    expect(new Dated({ parameters: { from: new Date(5) } }).parameters.from).toEqual(new Date(5));
    for (const parameters of [{ from: new Date("2024-13-01") }, { until: DateTime.fromISO("soon") }])
      expect(() => new Dated({ parameters })).toThrow(
        expect.objectContaining({
          code: "invalid_parameter",
          message: expect.stringMatching(/parameters of Dated: '(from|until)' is no date/),
        }),
      );
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

  it("refuse margins whose name is almost that of an asset of the run, and let those of other assets stand", async () => {
    const terms = { initial: 500, maintenance: 400 };
    await expect(run(bars, () => {}, { margins: { EZ: terms } })).rejects.toMatchObject({
      code: "invalid_option",
      message: "Setting the margins of the run: 'EZ' is no future of it",
      hint: expect.stringContaining("Did you mean 'ES'?"),
    });
    const known = { ES: terms, EZ: terms };
    await run(bars, () => {}, { margins: known });
    await run(bars, () => {}, {
      margins: { ES: terms, NQ: terms, MES: terms, "future:ES:2024-03-15": terms, HOUSE: terms },
    });
  });

  it("tell an onProgress that throws for what it is, and keep the result so far", async () => {
    const failure = await run(
      barsOf(ES, flat(100, 30)),
      () => new Promise<void>((resolve) => setTimeout(resolve, 15)),
      {
        onProgress: () => {
          throw new RangeError("no room to draw");
        },
      },
    ).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      name: "BacklitError",
      code: "callback_failed",
      message: expect.stringMatching(/^Calling onProgress at 2024-01-02T15:\d\d:00Z: RangeError: no room to draw$/),
      cause: expect.any(RangeError),
    });
    expect(partialResultOf(failure)?.status).toBe("PARTIAL");
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
