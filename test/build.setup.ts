import { execFileSync } from "node:child_process";

/** The command line is tested as a user runs it, so `dist/` must be what `src/` says today. */
export default function build(): void {
  execFileSync(process.execPath, ["scripts/build.js"], { stdio: "inherit" });
}
