import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BacktestResult } from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "../../src/report/html/page.ts";
import { pageAssets } from "../../src/run/page-assets.ts";
import { readSavedRun } from "../../src/run/saved-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runOf } from "./page-run.ts";

const folder = temporaryFolder();
const saved = join(folder, "saved");
let result: BacktestResult;
let copies = 0;

beforeAll(async () => {
  result = await runOf(3);
  await result.save(saved);
  await result.report(join(saved, "report.html"));
});

/** A copy of the saved run with one file changed: its new text, or undefined to take it away. */
function changed(name: string, change: (text: string) => string | undefined): string {
  const copy = join(folder, `changed-${copies++}`);
  cpSync(saved, copy, { recursive: true });
  const text = change(readFileSync(join(copy, name), "utf8"));
  if (text === undefined) rmSync(join(copy, name));
  else writeFileSync(join(copy, name), text);
  return copy;
}

describe("the page of a saved run", () => {
  it("is the page the run itself wrote, byte by byte", async () => {
    expect(reportPage(await readSavedRun(saved), pageAssets())).toBe(readFileSync(join(saved, "report.html"), "utf8"));
  });

  it("says that there are no bars where no page of the run lies beside the files", async () => {
    const page = reportPage(await readSavedRun(changed("report.html", () => undefined)), pageAssets());
    expect(page).toContain("This page holds no bars");
    expect(page).not.toContain('id="price-chart"');
    expect(page).toContain('id="trade-table"');
  });

  it("tells the commit of the code where it is known, and keeps the code to itself", async () => {
    const config = changed("config.resolved.json", (text) =>
      text.replace('"code": null', '"code": {"commit": "0123456789abcdef", "dirty": true}'),
    );
    writeFileSync(join(config, "code.patch"), "secret idea");
    const page = reportPage(await readSavedRun(config), pageAssets());
    expect(page).toContain("<dt>Code</dt><dd>commit 0123456789, and changes</dd>");
    expect(page).not.toContain("code.patch");
    expect(readFileSync(join(saved, "report.html"), "utf8")).not.toContain("<dt>Code</dt>");
  });

  it("offers no file that the run does not have", async () => {
    const page = reportPage(await readSavedRun(changed("positions.csv", () => undefined)), pageAssets());
    expect(page).toContain('data-download="sessions.csv"');
    expect(page).not.toContain('data-download="positions.csv"');
  });

  it("takes no bars from the page of another run", async () => {
    const other = await runOf(2);
    const copy = changed("report.html", () => "");
    await other.report(join(copy, "report.html"));
    expect((await readSavedRun(copy)).drawing.bars).toEqual([]);
  });

  it("takes nothing from a page of an older packing, or of a run that ended otherwise", async () => {
    const older = changed("report.html", (text) => text.replace('"packing":2', '"packing":1'));
    expect((await readSavedRun(older)).drawing.bars).toEqual([]);
    const other = changed("result.json", (text) => text.replace(/"finalEquity": /, '"finalEquity": 1'));
    expect((await readSavedRun(other)).drawing.bars).toEqual([]);
    expect((await readSavedRun(saved)).drawing.bars).toHaveLength(1);
  });

  it("takes nothing from a page that was cut off", async () => {
    const cut = changed("report.html", (text) => text.slice(0, text.indexOf('id="drawing"') + 500));
    expect((await readSavedRun(cut)).drawing.bars).toEqual([]);
  });
});

describe("a folder that cannot be read", () => {
  it("is refused with the missing file's name", async () => {
    mkdirSync(join(folder, "empty"), { recursive: true });
    for (const [place, file] of [
      [join(folder, "nowhere"), "result.json"],
      [join(folder, "empty"), "result.json"],
      [changed("trades.csv", () => undefined), "trades.csv"],
      [changed("equity.csv", () => undefined), "equity.csv"],
    ] as const) {
      await expect(readSavedRun(place)).rejects.toMatchObject({
        code: "data_missing",
        message: expect.stringContaining(`has no ${file}`),
        hint: expect.stringContaining("folder"),
      });
    }
  });

  it("is refused when result.json is not ours", async () => {
    for (const text of ["", "{", "[]", "null", '{"schema":"other"}', "<html>"]) {
      await expect(readSavedRun(changed("result.json", () => text))).rejects.toMatchObject({
        code: "invalid_file",
        message: expect.stringContaining("no result of a run"),
      });
    }
  });

  it("is refused when a newer version wrote it, with both numbers", async () => {
    const newer = changed("result.json", (text) => text.replace('"version": 1', '"version": 2'));
    await expect(readSavedRun(newer)).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringMatching(/version is 2, this package reads up to 1/),
      hint: expect.stringContaining("newer"),
    });
  });

  it("is refused when a part of result.json is gone or of another kind, and the part is named", async () => {
    for (const part of ["settings", "stats", "basis", "months", "events", "data"]) {
      const without = changed("result.json", (text) => JSON.stringify({ ...JSON.parse(text), [part]: undefined }));
      await expect(readSavedRun(without)).rejects.toMatchObject({ message: expect.stringContaining(`at ${part}`) });
      const wrong = changed("result.json", (text) => JSON.stringify({ ...JSON.parse(text), [part]: 7 }));
      await expect(readSavedRun(wrong)).rejects.toMatchObject({ message: expect.stringContaining(`at ${part}`) });
    }
  });

  it("is refused when config.resolved.json is damaged", async () => {
    await expect(readSavedRun(changed("config.resolved.json", (text) => text.slice(0, 40)))).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining("config.resolved.json"),
    });
  });

  it.each(["trades.csv", "orders.csv", "fills.csv", "equity.csv"])(
    "is refused when its %s does not belong to its result",
    async (name) => {
      const short = changed(name, (text) => `${text.split("\n").slice(0, 2).join("\n")}\n`);
      await expect(readSavedRun(short)).rejects.toMatchObject({
        code: "invalid_file",
        message: expect.stringMatching(new RegExp(`${name}.*1 rows.*counts \\d+`)),
      });
    },
  );
});
