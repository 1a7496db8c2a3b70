/** What a run was made with: its settings, its source's options, its code. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, type Bars, FileBacktesting, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const KEY = `db-${"A1b2C3d4".repeat(3)}`;

class Idle extends Strategy<{ apiKey: string }> {
  static override readonly parameters = { apiKey: KEY };
  static override readonly assets = [STOCK];
}

/** A source that takes a key and an address with a login. */
class Keyed extends InMemoryBacktesting {
  static override readonly optionNames = ["data", "token", "url", "dataset"];
}

const end = T0 + 3 * MINUTE;
const data: readonly Bars[] = [barsOf(STOCK, flat(10, 3))];
const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");

describe("config.resolved.json", () => {
  it("holds settings, the source's options and the instruments, without a secret", async () => {
    const folder = temporaryFolder();
    const options = { data, market: "24/7", token: "hunter2", url: "https://me:hunter2@host/x", dataset: KEY, seed: 7 };
    const result = await new Idle().backtest(Keyed as typeof InMemoryBacktesting, T0, end, options);
    await result.save(folder);
    const text = read(folder, "config.resolved.json");
    for (const secret of [KEY, "hunter2"]) expect(text).not.toContain(secret);
    const config = JSON.parse(text) as Record<string, unknown>;
    expect(config).toMatchObject({
      schema: "backlit.config",
      version: 1,
      code: null,
      settings: { strategy: "Idle", seed: 7, fill: "next-open", parameters: { apiKey: "***" } },
      sourceOptions: { data: ["[Bars]"], token: "***", url: "https://***@host/x", dataset: "db-***" },
      instruments: { [STOCK.key]: { multiplier: 1, currency: "USD" } },
    });
    expect(config["settings"]).toEqual(JSON.parse(read(folder, "result.json")).settings);
    expect(readdirSync(folder)).not.toContain("code.patch");
    // Again: the same bytes.
    const other = temporaryFolder();
    await (await new Idle().backtest(Keyed as typeof InMemoryBacktesting, T0, end, options)).save(other);
    expect(read(other, "config.resolved.json")).toBe(text);
  });

  it("and all other files hold no key that the strategy wrote down", async () => {
    class Telling extends Strategy {
      override onTradingIteration() {
        const position = this.getPosition(STOCK);
        this.submitOrder(this.createOrder(STOCK, 1, position === undefined ? "buy" : "sell", { tag: KEY }));
        this.addMarker(KEY, { text: KEY });
        this.addLine(KEY, 1);
        this.addOhlc(KEY, 1, 1, 1, 1);
        this.logMessage(KEY);
      }
      override traceStats() {
        return { [KEY]: KEY };
      }
    }
    const folder = temporaryFolder();
    const result = await new Telling().backtest(InMemoryBacktesting, T0, end, { data, market: "24/7" });
    expect(result.trades).not.toEqual([]);
    await result.save(folder);
    await result.report(join(folder, "report.html"));
    expect(readdirSync(folder).filter((name) => read(folder, name).includes(KEY))).toEqual([]);
    expect(read(folder, "markers.csv")).toContain("db-***");
  });

  it("tells the file a run was made from", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "bars.csv");
    writeFileSync(
      path,
      "time,open,high,low,close,volume\n2024-01-02T15:00:00Z,1,1,1,1,1\n2024-01-02T15:01:00Z,1,1,1,1,1\n",
    );
    const result = await new Idle().backtest(FileBacktesting, T0, end, {
      file: path,
      asset: Asset.stock("ACME"),
      market: "24/7",
    });
    expect(result.sourceOptions).toMatchObject({ file: path });
    await result.save(folder);
    expect(JSON.parse(read(folder, "config.resolved.json")).sourceOptions).toMatchObject({
      asset: "stock:ACME",
      file: path,
    });
  });
});

describe("run.log", () => {
  it("takes what is no text as text", async () => {
    class Careless extends Strategy {
      override onTradingIteration() {
        for (const message of [undefined, 5, null]) this.logMessage(message as unknown as string);
      }
    }
    const folder = temporaryFolder();
    const result = await new Careless().backtest(InMemoryBacktesting, T0, T0 + MINUTE, { data, market: "24/7" });
    await result.save(folder);
    expect(
      read(folder, "run.log")
        .split("\n")
        .map((line) => line.split(" ").at(-1)),
    ).toEqual(["undefined", "5", "null", ""]);
  });
});

describe("code.patch", () => {
  const git = (folder: string, ...words: string[]) =>
    execFileSync(
      "git",
      ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...words],
      {
        encoding: "utf8",
      },
    );

  const repository = () => {
    const top = temporaryFolder();
    mkdirSync(join(top, "strategies"));
    writeFileSync(join(top, ".gitignore"), "runs/\nprivate.ts\n");
    writeFileSync(join(top, "strategies", "cross.ts"), "export const fast = 5;\n");
    writeFileSync(join(top, ".env"), "TOKEN=hunter2\n");
    git(top, "init", "-q");
    git(top, "add", "-A");
    git(top, "commit", "-qm", "first");
    return { top, file: join(top, "strategies", "cross.ts"), commit: git(top, "rev-parse", "HEAD").trim() };
  };

  const save = async (folder: string, code: string) => {
    const result = await new Idle().backtest(InMemoryBacktesting, T0, end, { data, market: "24/7" });
    await result.save(folder, { code });
    return JSON.parse(read(folder, "config.resolved.json")).code as unknown;
  };

  it("is not there over clean code, whose commit is told", async () => {
    const { top, file, commit } = repository();
    const folder = join(top, "runs", "a");
    expect(await save(folder, file)).toEqual({ commit, dirty: false });
    expect(readdirSync(folder)).not.toContain("code.patch");
  });

  it("brings back changed and new code, and nothing else", async () => {
    const { top, file, commit } = repository();
    const folder = join(top, "runs", "a");
    writeFileSync(file, `export const fast = 9;\n// ${KEY}\n`);
    writeFileSync(join(top, "strategies", "new one.ts"), "export const slow = 20;\n");
    writeFileSync(join(top, ".env"), "TOKEN=hunter3\n");
    writeFileSync(join(top, "notes.txt"), "hunter4\n");
    writeFileSync(join(top, "private.ts"), "hunter5\n");
    expect(await save(folder, file)).toEqual({ commit, dirty: true });
    const patch = read(folder, "code.patch");
    for (const secret of ["hunter", KEY, "notes.txt"]) expect(patch).not.toContain(secret);
    const clone = join(temporaryFolder(), "clone");
    git(top, "clone", "-q", top, clone);
    git(clone, "apply", join(folder, "code.patch"));
    expect(read(clone, "strategies/cross.ts")).toBe("export const fast = 9;\n// db-***\n");
    expect(read(clone, "strategies/new one.ts")).toBe("export const slow = 20;\n");
    // Clean again: the patch of the run before goes.
    git(top, "checkout", "-q", "--", ".");
    git(top, "clean", "-fdq");
    expect(await save(folder, file)).toEqual({ commit, dirty: false });
    expect(readdirSync(folder)).not.toContain("code.patch");
  });

  it("is no error outside of a repository", async () => {
    const folder = temporaryFolder();
    expect(await save(folder, join(folder, "cross.ts"))).toBeNull();
  });
});
