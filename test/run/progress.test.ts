import { describe, expect, it } from "vitest";
import { ProgressLine, progressText } from "../../src/run/progress.ts";
import { type Terminal, terminalOf } from "../../src/run/terminal.ts";

const start = Date.parse("2024-01-01T00:00Z");
const end = Date.parse("2024-01-11T00:00Z");
const at = (share: number, bars = 1_000_000) => ({ time: start + share * (end - start), start, end, bars });

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
  it("says share, simulated date, speed and time left", () => {
    expect(progressText(at(0.25), 2, 100)).toBe("25 %  2024-01-03  500k bars/s  ETA 0:06");
  });

  it("counts hours when there are any, and keeps within 0 and 100 percent", () => {
    expect(progressText(at(0.001), 30, 100)).toContain("ETA 8:19:30");
    expect(progressText(at(-1), 1, 100)).toContain("0 %");
    expect(progressText(at(2), 1, 100)).toContain("100 %");
  });

  it("leaves parts out where the terminal is narrow", () => {
    expect(progressText(at(0.25), 2, 32)).toBe("25 %  2024-01-03  500k bars/s");
    expect(progressText(at(0.25), 2, 20)).toBe("25 %  2024-01-03");
    expect(progressText(at(0.25), 2, 5)).toBe("25 %");
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

  it("is a plain line every few seconds where there is no terminal", () => {
    const { progress, written, clock } = line({});
    for (clock.now = 0; clock.now <= 12_000; clock.now += 100) progress.update(at(clock.now / 20_000));
    progress.clear();
    expect(written).toHaveLength(2);
    expect(written.join("")).not.toContain("\u001b");
    expect(written.every((text) => text.endsWith("\n"))).toBe(true);
  });
});

describe("a terminal", () => {
  const tty = { isTTY: true, columns: 120 };

  it("shows colours and rewrites lines, with its own width", () => {
    expect(terminalOf(tty, {})).toEqual({ rewrites: true, color: true, unicode: true, width: 120 });
  });

  it("shows no colours with NO_COLOR, and nothing special with TERM=dumb", () => {
    expect(terminalOf(tty, { NO_COLOR: "1" })).toMatchObject({ rewrites: true, color: false });
    expect(terminalOf(tty, { TERM: "dumb" })).toMatchObject({ rewrites: false, color: false, unicode: false });
  });

  it("is none where output goes to a file", () => {
    expect(terminalOf({}, {})).toMatchObject({ rewrites: false, color: false, width: undefined });
    expect(terminalOf({ isTTY: true, columns: 0 }, {}).width).toBeUndefined();
  });
});
