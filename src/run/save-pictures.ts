import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BacklitError } from "../market/errors.ts";
import type { PageInput } from "../report/html/page-input.ts";
import { standaloneCaption } from "../report/html/picture-captions.ts";
import { standalonePicture } from "../report/html/picture-style.ts";
import { PICTURE_NAMES, picturesOf } from "../report/html/pictures.ts";
import { writeFileAtomic } from "../store/atomic-file.ts";
import { writing } from "../store/write-errors.ts";
import { findBrowser } from "./find-browser.ts";

export type PictureFormat = "svg" | "png";

/** Longer than a browser needs on a busy machine. */
const PATIENCE = 60_000;

/**
 * Writes the still pictures of a run into a folder: `overview`, `equity`, `months` and the small ones, as far as there is something to
 * show. PNG is drawn by a Chromium on this machine, twice as large, on light ground.
 * @returns the paths written
 * @throws BacklitError `unsupported` when PNG is asked for and there is no Chromium
 */
export async function savePictures(
  folder: string,
  input: PageInput,
  format: PictureFormat,
): Promise<readonly string[]> {
  const browser = format === "png" ? browserOrThrow() : "";
  const paths: string[] = [];
  const pictures = picturesOf(input);
  for (const name of PICTURE_NAMES) {
    const svg = pictures[name];
    if (svg === undefined) continue;
    const path = join(folder, `${name}.${format}`);
    const whole = standalonePicture(svg, standaloneCaption(name, input.document));
    const bytes = format === "svg" ? whole : await drawPng(whole, browser);
    await writing("Writing a picture to", path, () => writeFileAtomic(path, bytes));
    paths.push(path);
  }
  return paths;
}

function browserOrThrow(): string {
  const browser = findBrowser();
  if (browser !== undefined) return browser;
  throw new BacklitError("unsupported", "Drawing PNG pictures: no Chromium or Chrome was found on this machine", {
    hint: "Install one, name its path in CHROMIUM_PATH, or take SVG pictures, which need none.",
  });
}

/** One picture by a browser that has nothing but it. */
async function drawPng(svg: string, browser: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "backlit-picture-"));
  try {
    const [, width = "960", height = "360"] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const page = join(folder, "picture.html");
    const picture = join(folder, "picture.png");
    await writeFile(page, `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${svg}`);
    const flags = [
      "--headless",
      "--disable-gpu",
      "--hide-scrollbars",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--force-device-scale-factor=2",
      `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${width},${height}`,
      `--screenshot=${picture}`,
      // Chromium's own walls cannot be put up by the superuser; the page is our own and loads nothing.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ];
    await promisify(execFile)(browser, [...flags, pathToFileURL(page).href], { timeout: PATIENCE });
    return await readFile(picture);
  } catch (cause) {
    throw new BacklitError("unsupported", `Drawing a PNG picture with ${browser}: it gave none`, {
      hint: "Take SVG pictures, which need no browser.",
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
