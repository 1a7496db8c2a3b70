import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { DataMissingError } from "../market/errors.ts";

const RUNS = "runs";

/** `backlit open`: prints the path, and opens it where there is a screen. */
export async function open(run: string | undefined): Promise<void> {
  const path = resolve(run === undefined ? newestReport() : reportOf(run));
  process.stdout.write(`${path}\n`);
  const opener = openerOf(process.platform, process.env);
  if (opener !== undefined) await start(opener, path);
}

/** The page of a run; an HTML file is taken as it is. */
function reportOf(run: string): string {
  const found = statSync(run, { throwIfNoEntry: false });
  const page = found?.isDirectory() === true ? join(run, "report.html") : run;
  if (statSync(page, { throwIfNoEntry: false })?.isFile() === true) return page;
  throw new DataMissingError(`Opening ${run}: there is no report`, {
    hint: found === undefined ? "No such folder or file." : `Make it with: backlit report ${run}`,
  });
}

function newestReport(): string {
  const pages = foldersIn(RUNS)
    .map((name) => join(RUNS, name, "report.html"))
    .flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path, written: found.mtimeMs }];
    });
  const [newest] = pages.sort((a, b) => b.written - a.written || (a.path < b.path ? 1 : -1));
  if (newest !== undefined) return newest.path;
  throw new DataMissingError(`Opening the newest report: there is none below ${RUNS}/`, {
    hint: "Run a backtest first, or name the folder of a run.",
  });
}

function foldersIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The system's own opener as command and arguments; undefined where there is no screen. */
export function openerOf(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): readonly string[] | undefined {
  if ((environment["CI"] ?? "") !== "") return undefined;
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["explorer.exe"];
  const screen = environment["WAYLAND_DISPLAY"] || environment["DISPLAY"];
  return screen === undefined || screen === "" ? undefined : ["xdg-open"];
}

/** Resolves once the opener runs; where it cannot be started the printed path is all there is. */
function start([command = "", ...before]: readonly string[], path: string): Promise<void> {
  return new Promise((done) => {
    const child = spawn(command, [...before, path], { detached: true, stdio: "ignore" });
    child.on("error", () => {
      process.stderr.write(`${command} is not here to open it; open the file above in a browser.\n`);
      done();
    });
    child.on("spawn", () => {
      child.unref();
      done();
    });
  });
}
