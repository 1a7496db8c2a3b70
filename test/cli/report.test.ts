import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openerOf } from "../../src/cli/open.ts";
import { findBrowser } from "../../src/run/find-browser.ts";
import { barsCsv, ON_FILE, run, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
write(folder, { "trades.ts": TRADES_ONCE, "es.csv": barsCsv("2024-01-02T00:00Z", 60) });
/** No screen, so that nothing is opened while the tests run. */
const NO_SCREEN = { DISPLAY: "", WAYLAND_DISPLAY: "", CI: "1" };

const saved = (out: string, ...more: string[]) =>
  run(folder, ["backtest", "trades.ts", ...ON_FILE, "--out", out, "--quiet", ...more]);
const read = (path: string) => readFileSync(join(folder, path), "utf8");

describe("backlit report", () => {
  it("makes the page of a saved run anew, the same byte by byte", async () => {
    await saved("runs/a");
    const first = read("runs/a/report.html");
    const { code, stdout, stderr } = await run(folder, ["report", "runs/a"]);
    expect([code, stdout, stderr]).toEqual([0, `${join("runs/a", "report.html")}\n`, ""]);
    expect(read("runs/a/report.html") === first).toBe(true);
    await run(folder, ["report", "runs/a/", "--out", "elsewhere/page.html"]);
    expect(read("elsewhere/page.html") === first).toBe(true);
  });

  it("puts two runs side by side with what differs, and only that", async () => {
    await saved("runs/one");
    await saved("runs/two", "--param", "quantity=3", "--budget", "250000");
    const { code, stdout } = await run(folder, ["report", "runs/one", "runs/two"]);
    expect(code).toBe(0);
    const page = read(stdout.trim());
    const differing = page.slice(page.indexOf('<section id="settings"'), page.indexOf('<section id="data"'));
    expect(
      [
        ...differing.matchAll(
          /<th scope="row"><code>(.*?)<\/code><\/th><td class="text">(.*?)<\/td><td class="text">(.*?)<\/td>/g,
        ),
      ].map(([, ...cells]) => cells),
    ).toEqual([
      ["parameters.quantity", "1", "3"],
      ["budget", "100000", "250000"],
    ]);
    expect(page).toContain("None: every run saw the same bars.");
    // One contract's result, three contracts', and what lies between them, as the two runs' own files say.
    const [one, two] = ["one", "two"].map(
      (name) => JSON.parse(read(`runs/${name}/result.json`)).stats.netProfit as number,
    );
    const words = (value: number) =>
      `${value < 0 ? "\u2212" : ""}${Math.abs(value)
        .toFixed(2)
        .replace(/\B(?=(\d{3})+\.)/g, ",")}`;
    const signed = (value: number) => (value > 0 ? `+${words(value)}` : words(value));
    expect(page).toContain(
      `<th scope="row">Net profit</th><td>${words(one ?? 0)}</td><td>${words(two ?? 0)}</td><td>${signed((two ?? 0) - (one ?? 0))}</td>`,
    );
    expect(page.includes("<script")).toBe(false);
  });

  it("writes the still pictures as SVG that stand by themselves", async () => {
    await saved("runs/pictures");
    const { code, stdout } = await run(folder, ["report", "runs/pictures", "--pictures", "svg"]);
    expect(code).toBe(0);
    const paths = stdout.trim().split("\n");
    expect(paths).toContain(join("runs/pictures/pictures", "overview.svg"));
    for (const path of paths) {
      const svg = read(path);
      expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
      expect(svg).toContain("prefers-color-scheme:dark");
      expect(svg).not.toMatch(/href|url\(|<script/);
    }
  });

  it("says what is missing for PNG where there is no browser", async () => {
    await saved("runs/png");
    const { code, stderr } = await run(folder, ["report", "runs/png", "--pictures", "png"], {
      PATH: "",
      CHROMIUM_PATH: "",
    });
    expect([code, stderr.includes("no Chromium or Chrome was found"), stderr.includes("CHROMIUM_PATH")]).toEqual([
      1,
      true,
      true,
    ]);
    const broken = await run(folder, ["report", "runs/png", "--pictures", "png"], {
      CHROMIUM_PATH: "/no/such/browser",
    });
    expect([broken.code, broken.stderr.includes("it gave none")]).toEqual([1, true]);
  });

  it.skipIf(findBrowser() === undefined)("draws PNG with a browser, at twice the size", async () => {
    await saved("runs/drawn");
    const { code, stdout } = await run(folder, ["report", "runs/drawn", "--pictures", "png"]);
    expect(code).toBe(0);
    const equity = readFileSync(join(folder, stdout.split("\n").find((path) => path.endsWith("equity.png")) ?? ""));
    expect(equity.subarray(1, 4).toString()).toBe("PNG");
    // Width and height stand at bytes 16 and 20 (PNG specification, IHDR); the picture is 960 by 360, and 31 more for its line of words.
    expect([equity.readUInt32BE(16), equity.readUInt32BE(20)]).toEqual([1_920, 782]);
  });

  it("refuses what it cannot do, each with a way out", async () => {
    await saved("runs/x");
    for (const [words, code, text] of [
      [[], 2, "no run"],
      [["runs/x", "runs/x"], 2, "given twice"],
      [["runs/x", "runs/x/"], 2, "given twice"],
      [["a", "b", "c", "d", "e"], 2, "keeps 4 apart"],
      [["runs/x", "--pictures", "gif"], 2, "svg"],
      [["runs/x", "runs/y", "--pictures", "svg"], 2, "one run"],
      [["runs/nowhere"], 3, "has no result.json"],
      [["es.csv"], 3, "has no result.json"],
    ] as const) {
      const finished = await run(folder, ["report", ...words]);
      expect([words, finished.code, finished.stderr.includes(text)]).toEqual([words, code, true]);
      expect(finished.stderr).not.toContain("    at ");
    }
  });
});

describe("backlit open", () => {
  it("prints the newest report's path where there is no screen", async () => {
    await saved("runs/older");
    await saved("runs/newer");
    utimesSync(join(folder, "runs/newer/report.html"), new Date(), new Date(Date.now() + 60_000));
    writeFileSync(join(folder, "runs", "loose.html"), "");
    const { code, stdout, stderr } = await run(folder, ["open"], NO_SCREEN);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trim().endsWith(join("runs", "newer", "report.html"))).toBe(true);
    const named = await run(folder, ["open", "runs/older"], NO_SCREEN);
    expect(named.stdout.trim().endsWith(join("runs", "older", "report.html"))).toBe(true);
  });

  it("says what to do where there is no report", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty, { recursive: true });
    const nothing = await run(empty, ["open"], NO_SCREEN);
    expect([nothing.code, nothing.stderr.includes("Run a backtest first")]).toEqual([3, true]);
    await saved("runs/bare");
    rmSync(join(folder, "runs/bare/report.html"));
    const bare = await run(folder, ["open", "runs/bare"], NO_SCREEN);
    expect([bare.code, bare.stderr.includes("backlit report runs/bare")]).toEqual([3, true]);
    expect(existsSync(join(folder, "runs/bare/report.html"))).toBe(false);
  });

  it("takes each system's own opener, and none without a screen or under a build server", () => {
    expect(openerOf("darwin", {})).toEqual(["open"]);
    expect(openerOf("win32", {})).toEqual(["explorer.exe"]);
    expect(openerOf("linux", { DISPLAY: ":0" })).toEqual(["xdg-open"]);
    expect(openerOf("linux", { WAYLAND_DISPLAY: "wayland-0" })).toEqual(["xdg-open"]);
    expect(openerOf("linux", {})).toBeUndefined();
    expect(openerOf("darwin", { CI: "true" })).toBeUndefined();
  });
});
