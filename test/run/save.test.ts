import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BacktestResult } from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { saveBars } from "../../src/sources/save-bars.ts";
import { barsOf, flat, once, run, STOCK } from "../engine/support.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let first: BacktestResult;
let second: BacktestResult;

beforeAll(async () => {
  first = (await run(barsOf(STOCK, flat(100, 3)), () => {})).result;
  second = (
    await run(
      barsOf(STOCK, flat(100, 3)),
      once((s) => s.send(STOCK, 7, "buy")),
    )
  ).result;
});

describe.each(["save", "report"] as const)("result.%s", (verb) => {
  const writeTo = (path: string, options?: object) => first[verb](path, options as never);

  it("says what stands in the way, and what to do, in the words of the family", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "a-file");
    await writeFile(file, "mine");
    await expect(writeTo(join(file, "deeper", "run"))).rejects.toMatchObject({
      name: "BacklitError",
      code: "save_failed",
      message: expect.stringContaining(
        `${join(file, "deeper", "run")}: part of the path is a file (ENOTDIR), expected`,
      ),
      hint: expect.stringContaining("Give another path"),
    });
    expect(await readdir(folder)).toEqual(["a-file"]);
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  it.skipIf(process.platform !== "linux")("comes back where the system makes no folder, as under /proc", async () => {
    await expect(writeTo("/proc/nope/deeper/x")).rejects.toMatchObject({
      code: "save_failed",
      message: expect.stringContaining("(ENOENT)"),
    });
  });

  it("refuses what is no path, and options nobody knows", async () => {
    for (const path of [undefined, 7, "", "a\0b"] as unknown as string[])
      await expect(writeTo(path)).rejects.toMatchObject({ code: "invalid_argument" });
    const folder = join(temporaryFolder(), "run");
    await expect(writeTo(folder, { cod: "x.ts" })).rejects.toMatchObject({
      code: "invalid_option",
      hint: expect.stringContaining("Did you mean 'code'?"),
    });
    await expect(writeTo(folder, { code: 7 })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(writeTo(folder, "x.ts" as unknown as object)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("result.save", () => {
  it("leaves the run that lay there whole when one of the new files cannot take its name", async () => {
    const folder = temporaryFolder();
    await first.save(folder);
    const before = await readFile(join(folder, "result.json"), "utf8");
    await mkdir(join(folder, "positions.csv"));
    await expect(second.save(folder)).rejects.toMatchObject({
      code: "save_failed",
      message: expect.stringContaining("there is a folder of that name"),
    });
    expect(await readFile(join(folder, "result.json"), "utf8")).toBe(before);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)("says that a folder may not be written", async () => {
    const folder = temporaryFolder();
    await chmod(folder, 0o500);
    await expect(first.save(folder)).rejects.toMatchObject({
      message: expect.stringContaining("this user may not write there"),
    });
    await chmod(folder, 0o700);
  });

  it("writes the report of an earlier run anew, and tells its path", async () => {
    const folder = temporaryFolder();
    const page = join(folder, "report.html");
    await first.save(folder);
    await first.report(page);
    const paths = await second.save(folder);
    expect(paths.at(-1)).toBe(page);
    const fresh = join(folder, "fresh.html");
    await second.report(fresh);
    expect(await readFile(page, "utf8")).toBe(await readFile(fresh, "utf8"));
  });

  it("leaves a report.html alone that is not of its making, and makes none where none was", async () => {
    const folder = temporaryFolder();
    await first.save(folder);
    expect(await readdir(folder)).not.toContain("report.html");
    const page = join(folder, "report.html");
    await writeFile(page, "<h1>mine</h1>");
    expect(await second.save(folder)).not.toContain(page);
    expect(await readFile(page, "utf8")).toBe("<h1>mine</h1>");
  });
});

describe("saveBars", () => {
  it("says what stands in the way as well", async () => {
    const file = join(temporaryFolder(), "a-file");
    await writeFile(file, "mine");
    await expect(saveBars(barsOf(STOCK, flat(100, 3)), join(file, "bars.csv"))).rejects.toMatchObject({
      code: "save_failed",
      message: expect.stringContaining("there is a file of that name (EEXIST)"),
    });
  });
});
