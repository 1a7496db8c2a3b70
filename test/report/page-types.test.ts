import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The page's program is JavaScript of the browser: its types are checked apart from those of Node, against the chart libraries' own. */
it("the program of the page has sound types", () => {
  const tsc = here("node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", here("src/report/page")], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});
