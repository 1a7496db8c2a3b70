// Compiles src/ to dist/ and makes the command line executable. Runs on `npm ci` (prepare) and before the tests.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
// The report's page runs these as they are.
cpSync(new URL("../src/report/page", import.meta.url), new URL("../dist/report/page", import.meta.url), {
  recursive: true,
  filter: (file) => !file.endsWith(".json"),
});
chmodSync(new URL("../dist/cli/main.js", import.meta.url), 0o755);
