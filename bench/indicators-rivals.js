/**
 * JavaScript libraries to compare with: `bench/rivals/` names them and their versions; they are installed into a folder of their own when a
 * bench first runs, and are no part of the project.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder with the libraries; undefined, with the reason printed, where they cannot be installed. */
export function installedRivals() {
  const folder = join(tmpdir(), "backlit-bench", "rivals");
  if (existsSync(join(folder, "node_modules", "trading-signals"))) return folder;
  mkdirSync(folder, { recursive: true });
  cpSync(fileURLToPath(new URL("rivals", import.meta.url)), folder, { recursive: true });
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--silent"], { cwd: folder, stdio: "ignore", timeout: 120_000 });
    return folder;
  } catch {
    console.log("trading-signals and technicalindicators left out: npm cannot install them.");
    return undefined;
  }
}

/** A library of the folder. */
export async function importRival(folder, name) {
  const { resolve } = createRequire(join(folder, "package.json"));
  const library = await import(pathToFileURL(resolve(name)).href);
  return library.SMA === undefined ? library.default : library;
}
