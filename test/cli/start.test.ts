import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "backlit-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** `npm start` with a cache of its own and without a choice of source. */
function start(environment: Readonly<Record<string, string>> = {}) {
  const { DATABENTO_API_KEY: _, DATABENTO_MAX_COST: __, ...inherited } = process.env;
  const env = { ...inherited, DATA_SOURCE: "", BACKLIT_CACHE_DIR: join(folder, "cache"), ...environment };
  const run = spawnSync(process.execPath, ["scripts/start.js", "--out", join(folder, "out")], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

describe("npm start", () => {
  it("runs a future over the whole path of Databento without a key, marked SIMULATED", () => {
    const { code, stdout } = start();
    expect(code).toBe(0);
    expect(stdout).toContain("[SIMULATED]");
    expect(stdout).toContain("from simulated");
    expect(existsSync(join(folder, "out", "report.html"))).toBe(true);
    const [namespace = ""] = readdirSync(join(folder, "cache"));
    expect(namespace).toMatch(/^simulated-/);
    expect(readdirSync(join(folder, "cache", namespace, "series", "GLBX.MDP3"))).toContain("ohlcv-1m");
  });

  it("fetches nothing the second time, and says the same", () => {
    const { code, stdout } = start();
    expect(code).toBe(0);
    expect(stdout).not.toContain("paid for");
    expect(stdout).toContain("[SIMULATED]");
  });

  it("uses the real service when that is chosen, and says what it lacks", () => {
    const { code, stdout, stderr } = start({
      DATA_SOURCE: "databento",
      DATABENTO_HISTORICAL_URL: "http://127.0.0.1:9",
    });
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("Read the Databento API key");
    expect(stderr).toContain("DATABENTO_API_KEY");
  });
});
