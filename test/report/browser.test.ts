import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { Asset, type BacktestResult, Bars, Strategy } from "backlit";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { runFiles } from "../../src/report/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { browserPath, colorsOf, pageOpener } from "./browser.ts";
import { minuteBars, runOf } from "./page-run.ts";

const folder = temporaryFolder();
const file = join(folder, "report.html");
let result: BacktestResult;

/** What the program of the page says it shows. */
const shown = (page: Page, id: string) =>
  page.locator(`#${id}`).evaluate((element) => ({
    from: Date.parse(element.dataset["from"] ?? ""),
    to: Date.parse(element.dataset["to"] ?? ""),
    step: element.dataset["step"],
  }));

/** The menu stays open from one file to the next, so that no click can find it half closed. */
async function downloaded(page: Page, name: string): Promise<string> {
  const file = page.locator(`[data-download="${name}"]`);
  if (!(await file.isVisible())) await page.locator("button[popovertarget=downloads]").click();
  const [download] = await Promise.all([page.waitForEvent("download"), file.click()]);
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path(), "utf8");
}

/** CRC-32 by its definition, bit by bit (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffff_ffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  }
  return ~rest >>> 0;
}

/** Files of an archive by its central directory (PKWARE APPNOTE 6.3, 4.3.12), each held against its sum. */
function filesInZip(zip: Buffer): readonly { readonly name: string; readonly text: string }[] {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  const found = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, packed, size] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field)) as [number, number, number];
    const [nameLength, local] = [zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + nameLength;
    const bytes = inflateRawSync(zip.subarray(start, start + packed));
    expect([crc32(bytes), bytes.length], name).toEqual([sum, size]);
    found.push({ name, text: bytes.toString("utf8") });
    at += 46 + nameLength;
  }
  return found;
}

beforeAll(async () => {
  result = await runOf(5);
  await result.report(file);
});

describe.skipIf(browserPath === undefined)("the page in a browser", () => {
  const open = pageOpener();

  it("opens from a file without a complaint and without asking for anything", async () => {
    const { page, complaints, requests } = await open(file);
    await page.locator('tr[data-trade="2"]').click();
    await page.locator("#theme").click();
    await page.waitForTimeout(300);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("runs no program and loads nothing that it was not written with", async () => {
    const { page } = await open(file);
    const refused = await page.evaluate<string[]>(`(async () => {
      const refused = [];
      document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "window.intruded = true";
      const picture = new Image();
      picture.src = "http://127.0.0.1:9/picture.png";
      const style = document.createElement("style");
      style.textContent = "body { color: red }";
      const frame = document.createElement("iframe");
      frame.src = "http://127.0.0.1:9/";
      document.body.append(script, picture, style, frame);
      await fetch("http://127.0.0.1:9/").catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [...refused, String(window.intruded)];
    })()`);
    expect(refused.sort()).toEqual([
      "connect-src",
      "frame-src",
      "img-src",
      "script-src-elem",
      "style-src-elem",
      "undefined",
    ]);
  });

  it("draws every panel, light and dark", async () => {
    expect(result.trades.length).toBeGreaterThan(10);
    for (const dark of [false, true]) {
      const { page } = await open(file, { dark });
      const panels = [
        "#equity-chart",
        "#price-chart",
        ".months",
        ".returns",
        ".trades",
        ".excursions",
        ".hours",
        ".weekdays",
        ".exposure",
        ".margin",
      ];
      for (const panel of panels)
        expect([panel, await colorsOf(page, panel)], panel).toEqual([panel, expect.toSatisfy((count) => count > 4)]);
      // The chart shows at least: ground, grid, grey candles, blue, vermilion and the strategy's purple.
      expect(await colorsOf(page, "#price-chart")).toBeGreaterThan(20);
    }
  });

  it("holds the result as JSON, as the run's own file has it", async () => {
    const { page } = await open(file);
    const held = await page.evaluate("JSON.parse(document.getElementById('result').textContent)");
    const written = JSON.parse(runFiles(result, result.stats, result.review)[0]?.text ?? "");
    expect({ ...(held as object), events: written.events }).toEqual(written);
  });

  it("hands out the files of the run, byte by byte", async () => {
    const { page } = await open(file);
    const offered = await page
      .locator("[data-download]")
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("data-download")));
    const files = runFiles(result, result.stats, result.review);
    expect(offered.toSorted()).toEqual(files.map(({ name }) => name).toSorted());
    expect(offered).toEqual(expect.arrayContaining(["equity.csv", "markers.csv", "lines.csv", "ohlc.csv", "run.log"]));
    // Chromium asks its user after ten files from one page.
    for (let from = 0; from < offered.length; from += 10) {
      const { page: another } = await open(file);
      for (const name of offered.slice(from, from + 10)) {
        expect(await downloaded(another, name ?? "")).toBe(files.find((written) => written.name === name)?.text);
      }
    }
  });

  it("hands out all of them in one archive", async () => {
    const { page } = await open(file);
    await page.locator("button[popovertarget=downloads]").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#download-all").click()]);
    expect(download.suggestedFilename()).toBe("run.zip");
    const held = filesInZip(readFileSync(await download.path()));
    const files = runFiles(result, result.stats, result.review);
    expect(held.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      files.map(({ name, text }) => ({ name, text })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  it("zooms to the trade whose row is clicked", async () => {
    const { page } = await open(file);
    const whole = await shown(page, "price-chart");
    const trade = result.trades[3];
    if (trade === undefined) throw new Error("the run has too few trades for this test");
    await page.locator('tr[data-trade="4"]').click();
    await page.waitForTimeout(400);
    const view = await shown(page, "price-chart");
    expect(view.from).toBeLessThan(trade.entryTime);
    expect(view.to).toBeGreaterThan(trade.exitTime);
    expect(view.to - view.from).toBeLessThan((whole.to - whole.from) / 3);
    expect(view.step).toBe("1m");
    expect(await page.locator('tr[data-trade="4"]').getAttribute("aria-selected")).toBe("true");
    expect(await page.locator("#chosen-trade").textContent()).toMatch(/^Trade 4: /);
  });

  it("finds the trade whose mark is clicked on the chart", async () => {
    const { page } = await open(file);
    await page.locator('tr[data-trade="2"] button').click();
    await page.waitForTimeout(400);
    const box = await page.locator("#price-chart").boundingBox();
    const view = await shown(page, "price-chart");
    const trade = result.trades[1];
    if (box === null || trade === undefined) throw new Error("nothing to click on");
    await page.locator("#chosen-trade").evaluate((element) => element.replaceChildren());
    // Bars stand side by side from the left edge to the price axis, about 60 to 90 pixels from the right edge; the entry's price is unknown.
    const along = ((trade.entryTime - view.from) / (view.to - view.from)) * (box.width - 75);
    for (let y = 8; y < box.height - 30; y += 8) await page.mouse.click(box.x + along, box.y + y);
    expect(await page.locator("#chosen-trade").textContent()).toMatch(/^Trade \d+: /);
    // Under the pointer a card tells the same.
    let told = "";
    for (let y = 8; y < box.height - 30 && told === ""; y += 8) {
      await page.mouse.move(box.x + along, box.y + y);
      const card = page.locator(".hover-card");
      if (await card.isVisible()) told = (await card.textContent()) ?? "";
    }
    expect(told).toMatch(
      /^Trade \d+: .*\nResult [+\u2212].*ticks\)\nMAE .*, MFE .*\nEnded by (take profit|stop loss)$/,
    );
  });

  it("sorts and filters the trades", async () => {
    const { page } = await open(file);
    const results = () =>
      page
        .locator("#trade-rows tbody tr")
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-trade"))));
    expect(await results()).toEqual(result.trades.map((_, i) => i + 1).slice(0, 50));
    await page.locator('[data-sort="pnl"]').click();
    const best = result.trades
      .map(({ pnl }, i) => ({ pnl, number: i + 1 }))
      .sort((a, b) => b.pnl - a.pnl || a.number - b.number);
    expect(await results()).toEqual(best.map(({ number }) => number).slice(0, 50));
    expect(await page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
    await page.locator("#trade-filter").selectOption("lost");
    expect((await results()).length).toBe(result.trades.filter(({ pnl, open }) => pnl <= 0 && !open).length);
  });

  it("can be used by keyboard alone", async () => {
    const { page } = await open(file);
    for (const id of ["price-chart", "equity-chart"]) {
      await page.locator(`#${id}`).focus();
      await page.keyboard.press("0");
      await page.waitForTimeout(200);
      const whole = await shown(page, id);
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      await page.waitForTimeout(300);
      const near = await shown(page, id);
      expect(near.to - near.from).toBeLessThan(0.5 * (whole.to - whole.from));
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(300);
      expect((await shown(page, id)).from).toBeGreaterThan(near.from);
    }
    await page.locator("#price-chart").focus();
    await page.keyboard.press("]");
    await page.waitForTimeout(300);
    expect(await page.locator('tr[aria-selected="true"]').getAttribute("data-trade")).toBe("1");
    await page.locator('tr[data-trade="3"] button').focus();
    await page.keyboard.press("Enter");
    expect(await page.locator('tr[aria-selected="true"]').getAttribute("data-trade")).toBe("3");
  });

  it("explains every figure in a card that opens and closes", async () => {
    const { page } = await open(file);
    const button = page.locator('.figure [popovertarget="card-sharpe"]');
    await button.click();
    const card = page.locator("#card-sharpe");
    expect(await card.isVisible()).toBe(true);
    expect(await card.textContent()).toContain("Formula");
    await page.keyboard.press("Escape");
    expect(await card.isVisible()).toBe(false);
    expect(await page.locator("button.what").count()).toBeGreaterThan(142);
  });

  it("keeps within the screen at 1280, 768 and 400 pixels", async () => {
    for (const width of [1280, 768, 400]) {
      const { page } = await open(file, { width });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      // The pictures fit without being scrolled inside their frames, and the table of months is there once.
      const frames = await page
        .locator(".pictures")
        .evaluateAll((frames) => frames.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
      expect(frames).toEqual([0, 0, 0]);
      const months = page.locator(".months, .months-narrow").filter({ visible: true });
      expect(await months.count()).toBe(1);
      const box = await months.boundingBox();
      const sizes = await months
        .locator("text.value")
        .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
      expect(box?.width).toBeGreaterThan(300);
      expect(Math.min(...sizes)).toBeGreaterThan(12);
    }
  });

  it("shows every column of the trades of one asset at 1280 pixels, prices of a tick under each other", async () => {
    const { page } = await open(file);
    const hidden = await page
      .locator("#trade-table")
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(hidden).toBe(0);
    const row = await page.locator("#trade-rows tbody tr").first().locator("td").allTextContents();
    const { entryPrice, exitPrice, fees } = result.trades[0] ?? {};
    expect([row[4], row[6], row[8]].map((text) => text?.replace(",", ""))).toEqual(
      [entryPrice, exitPrice, fees].map((value) => value?.toFixed(2)),
    );
  });

  it("keeps long names within the narrowest screen", async () => {
    const asset = new Asset({ symbol: "LONGNAME".repeat(8), assetType: "stock", tickSize: 0.25 });
    const narrow = join(folder, "long.html");
    await (await runOf(1, undefined, { data: [minuteBars(1, asset)] })).report(narrow);
    const { page } = await open(narrow, { width: 400 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
  });

  it("names days under the equity of months, however few fit", async () => {
    class Idle extends Strategy {}
    const months = join(folder, "months.html");
    const time = Array.from({ length: 364 }, (_, day) => Date.UTC(2024, 0, 2) + day * 86_400_000);
    const price = time.map(() => 100);
    const volume = price;
    const data = [
      Bars.from({
        asset: Asset.stock("SPY"),
        timestep: "1d",
        time,
        open: price,
        high: price,
        low: price,
        close: price,
        volume,
      }),
    ];
    await (await runOf(1, new Idle(), { data, market: "24/7" })).report(months);
    const { page } = await open(months, { width: 400 });
    const words = await page.evaluate<string[]>(`(async () => {
      const seen = [];
      const fill = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        seen.push(text);
        return fill.call(this, text, ...rest);
      };
      document.getElementById("theme").click();
      await new Promise((done) => setTimeout(done, 300));
      return seen;
    })()`);
    const dates = words.filter((text) => /^\d{4}-\d{2}|^\d{2}-\d{2}/.test(text));
    expect(dates.length).toBeGreaterThan(0);
    expect(dates.filter((text) => text.includes(":"))).toEqual([]);
  });

  it("names what it shows for those who cannot see it", async () => {
    const { page } = await open(file);
    const nameless = await page
      .locator("button, select, svg.picture, [tabindex='0'], [role]:not([role='status'])")
      .evaluateAll((elements) =>
        elements
          .filter((element) => element.closest("label") === null && !element.getAttribute("aria-label"))
          .filter((element) => (element.textContent ?? "").trim() === "")
          .map((element) => element.outerHTML.slice(0, 80)),
      );
    expect(nameless).toEqual([]);
    expect(await page.locator("h1").count()).toBe(1);
  });

  it("prints still pictures in place of the charts", async () => {
    const { page } = await open(file, { dark: true });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#equity-chart").isVisible()).toBe(false);
    expect(await page.locator(".still .equity").isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--panel').trim()")).toBe(
      "#ffffff",
    );
  });

  it("prints on two pages", async () => {
    const { page } = await open(file, { dark: true });
    const pdf = await page.pdf({ format: "A4", margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" } });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBe(2);
  });

  it("shows its figures and pictures where scripts are off", async () => {
    const { page } = await open(file, { ready: false });
    const context = await page.context().browser()?.newContext({ javaScriptEnabled: false });
    const still = await context?.newPage();
    await still?.goto(page.url());
    expect(await still?.locator("#figure-netProfit").textContent()).toMatch(/[\d,.]+/);
    expect(await still?.locator(".still .equity").isVisible()).toBe(true);
  });
});
