/** A real Chromium for the tests of the page: Debian's, driven by playwright-core. */
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach } from "vitest";
import { findBrowser } from "../../src/run/find-browser.ts";

export const browserPath = findBrowser();
if (browserPath === undefined)
  console.log("Browser tests are skipped: no chromium is on the search path, and CHROMIUM_PATH names none");

/** Everything a browser would do on its own account is off; what remains is the page. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page that was opened from a file, and everything that went wrong in it. */
export interface Opened {
  readonly page: Page;
  /** Messages of the console, errors of programs, refusals of the policy. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the file itself left out. */
  readonly requests: readonly string[];
}

export interface OpenOptions {
  readonly width?: number;
  readonly dark?: boolean;
  /** Whether the page's own program is waited for. @default true */
  readonly ready?: boolean;
}

/** One browser for the tests of a file, started with the first page; the pages of a test are closed after it. */
export function pageOpener(): (file: string, options?: OpenOptions) => Promise<Opened> {
  let started: Promise<Browser> | undefined;
  const contexts: BrowserContext[] = [];
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => (await started)?.close());
  return async (file, { width = 1280, dark = false, ready = true } = {}) => {
    started ??= chromium.launch({ executablePath: browserPath ?? "", args: FLAGS });
    const browser = await started;
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
      acceptDownloads: true,
      reducedMotion: "reduce",
    });
    contexts.push(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== address && !request.url().startsWith("data:,")) requests.push(request.url());
    });
    await page.goto(address);
    if (ready) await page.waitForSelector('html[data-ready="true"]', { state: "attached", timeout: 30_000 });
    return { page, complaints, requests };
  };
}

/** How many pixels of each colour (0xrrggbb) a part of the page shows. */
async function pixelsOf(page: Page, selector: string): Promise<ReadonlyMap<number, number>> {
  const picture = await page.locator(selector).first().screenshot();
  const counts = await page.evaluate<[number, number][]>(`(async () => {
    const bytes = Uint8Array.from(atob("${picture.toString("base64")}"), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const counts = new Map();
    for (let i = 0; i < data.length; i += 4) {
      const color = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    return [...counts];
  })()`);
  return new Map(counts);
}

/** How many different colours a part of the page shows: one means nothing was drawn there. */
export async function colorsOf(page: Page, selector: string): Promise<number> {
  return (await pixelsOf(page, selector)).size;
}

/** How many pixels of one colour a part of the page shows. */
export async function pixelsIn(page: Page, selector: string, color: number): Promise<number> {
  return (await pixelsOf(page, selector)).get(color) ?? 0;
}
