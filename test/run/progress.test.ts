import { describe, expect, it } from "vitest";
import { ProgressLine, progressText } from "../../src/run/progress.ts";
import { type Terminal, terminalOf } from "../../src/run/terminal.ts";

const start = Date.parse("2024-01-01T00:00Z");
const end = Date.parse("2024-01-11T00:00Z");
const at = (share: number, equity = 103_240) => ({
  time: start + share * (end - start),
  start,
  end,
  bars: 1_000_000,
  equity,
  drawdown: -0.0213,
  trades: 57,
});

/** A progress line with a clock set by hand. */
function line(terminal: Partial<Terminal>) {
  const written: string[] = [];
  const clock = { now: 0 };
  const progress = new ProgressLine({
    terminal: { rewrites: false, color: false, unicode: true, width: undefined, ...terminal },
    write: (text) => written.push(text),
    now: () => clock.now,
  });
  return { progress, written, clock };
}

describe("the text of the progress", () => {
  it("says simulated date, share, speed, time left and how the account stands", () => {
    expect(progressText(at(0.25), 2, 100)).toBe(
      "2024-01-03  25 %  500k bars/s  ETA 0:06  equity 103,240  dd -2.1 %  trades 57",
    );
  });

  it("counts hours when there are any, and keeps within 0 and 100 percent", () => {
    expect(progressText(at(0.001), 30, 100)).toContain("ETA 8:19:30");
    expect(progressText(at(-1), 1, 100)).toContain("  0 %");
    expect(progressText(at(2), 1, 100)).toContain("100 %");
  });

  it("leaves parts out where the terminal is narrow", () => {
    expect(progressText(at(0.25), 2, 78, "▁█")).toBe(
      "2024-01-03  25 %  500k bars/s  ETA 0:06  equity 103,240  dd -2.1 %  trades 57",
    );
    expect(progressText(at(0.25), 2, 40)).toBe("2024-01-03  25 %  500k bars/s  ETA 0:06");
    expect(progressText(at(0.25), 2, 20)).toBe("2024-01-03  25 %");
    expect(progressText(at(0.25), 2, 5)).toBe("2024-01-03");
  });

  it("has a dash for an account that cannot be told", () => {
    expect(progressText({ ...at(0.25, Number.NaN), drawdown: Number.NaN }, 2, 100)).toContain("equity -  dd -");
  });
});

describe("the line", () => {
  it("is rewritten at most ten times a second on a terminal, and taken away at the end", () => {
    const { progress, written, clock } = line({ rewrites: true, width: 80 });
    for (clock.now = 0; clock.now <= 1_000; clock.now += 10) progress.update(at(clock.now / 1_000));
    expect(written).toHaveLength(10);
    expect(written.every((text) => text.endsWith("\u001b[K\r") && !text.includes("\n"))).toBe(true);
    progress.clear();
    progress.clear();
    expect(written.slice(10)).toEqual(["\u001b[K"]);
  });

  it("draws equity in blocks, one for each eighth of the run, where the terminal knows them", () => {
    const shown = (unicode: boolean) => {
      const { progress, written, clock } = line({ rewrites: true, width: 100, unicode });
      const levels = [100, 100, 110, 170, 135];
      for (const [i, level] of levels.entries()) {
        clock.now += 1_000;
        progress.update(at(i / 8, level));
      }
      return written;
    };
    // From 100 to 170 in seven steps of 10: 135 is the middle of the fourth and the fifth letter.
    expect(shown(true).at(-1)).toContain("trades 57  ▁▁▂█▅");
    expect(shown(true)[1]).not.toContain("▁");
    expect(shown(false).join("")).not.toMatch(/[▁-█]/);
  });

  it("is a plain line at each tenth of the run where there is no terminal, not more often than every 5 s", () => {
    const shownAt = (seconds: number) => {
      const { progress, written, clock } = line({});
      const times: number[] = [];
      for (clock.now = 0; clock.now <= seconds * 1_000; clock.now += 100) {
        const before = written.length;
        progress.update(at(clock.now / (seconds * 1_000)));
        if (written.length > before) times.push(clock.now / 1_000);
      }
      progress.clear();
      expect(written.join("")).not.toContain("\u001b");
      expect(written.every((text) => text.endsWith("\n"))).toBe(true);
      return times;
    };
    expect(shownAt(4)).toEqual([]);
    expect(shownAt(20)).toEqual([5, 10, 15, 20]);
    expect(shownAt(100)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    // A tenth takes 100 s: something every 30 s.
    expect(shownAt(1_000).slice(0, 4)).toEqual([30, 60, 90, 100]);
  });
});

describe("a terminal", () => {
  const tty = { isTTY: true, columns: 120 };

  it("shows colours and rewrites lines, with its own width", () => {
    expect(terminalOf(tty, {})).toEqual({ rewrites: true, color: true, unicode: true, width: 120 });
  });

  it("shows no colours with NO_COLOR, and nothing special with TERM=dumb", () => {
    expect(terminalOf(tty, { NO_COLOR: "1" })).toMatchObject({ rewrites: true, color: false, unicode: false });
    expect(terminalOf(tty, { NO_COLOR: "" })).toMatchObject({ color: true, unicode: true });
    expect(terminalOf(tty, { TERM: "dumb" })).toMatchObject({ rewrites: false, color: false, unicode: false });
  });

  it("has no letters but ASCII in the locale C", () => {
    expect(terminalOf(tty, { LANG: "C" }).unicode).toBe(false);
    expect(terminalOf(tty, { LC_ALL: "POSIX", LANG: "de_DE.UTF-8" }).unicode).toBe(false);
    expect(terminalOf(tty, { LC_CTYPE: "en_US.UTF-8", LANG: "C" }).unicode).toBe(true);
  });

  it("has no letters beyond ASCII on an old console of Windows, and all of them on a newer one", () => {
    expect(terminalOf(tty, {}, "win32")).toMatchObject({ rewrites: true, color: true, unicode: false });
    for (const environment of [{ WT_SESSION: "1b2c" }, { TERM_PROGRAM: "vscode" }, { LANG: "en_US.UTF-8" }]) {
      expect(terminalOf(tty, environment, "win32").unicode).toBe(true);
    }
  });

  it("is none where output goes to a file", () => {
    expect(terminalOf({}, {})).toMatchObject({ rewrites: false, color: false, unicode: false, width: undefined });
    expect(terminalOf({ isTTY: true, columns: 0 }, {}).width).toBeUndefined();
  });
});
