import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import type { PageAssets } from "../report/html/document.ts";
import { joinModules } from "../report/html/join-modules.ts";

/** Folder of the page's own program and style, in the sources and in the built package alike. */
const PAGE = new URL("../report/page/", import.meta.url);

/** On columns of minute bars as small as the default, in a quarter of its time. */
const PACKING = { level: 4, strategy: constants.Z_FILTERED };

/** What a page is made with: two libraries as they are installed, our own files, and two functions of the machine. */
export function pageAssets(): PageAssets {
  const require = createRequire(import.meta.url);
  const inPackage = (name: string, ...path: string[]) =>
    readFileSync(join(dirname(require.resolve(`${name}/package.json`)), ...path), "utf8");
  const own = (name: string) => readFileSync(new URL(name, PAGE), "utf8");
  return {
    script: joinModules("main.js", own),
    style: own("page.css"),
    lightweightCharts: inPackage("lightweight-charts", "dist", "lightweight-charts.standalone.production.js"),
    uPlot: inPackage("uplot", "dist", "uPlot.iife.min.js"),
    uPlotStyle: inPackage("uplot", "dist", "uPlot.min.css"),
    uPlotLicense: inPackage("uplot", "LICENSE"),
    pack: (bytes) => deflateRawSync(bytes, PACKING).toString("base64"),
    sha256: (text) => createHash("sha256").update(text).digest("base64"),
  };
}
