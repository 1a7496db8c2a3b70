import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { start, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
write(folder, {
  "slow.ts": `import { Strategy } from "backlit";

export class Slow extends Strategy<{ hangs: boolean }> {
  static override readonly parameters = { hangs: false };
  override onTradingIteration() {
    if (this.firstIteration) process.stderr.write("begun\\n");
    const until = performance.now() + 0.05;
    while (performance.now() < until);
  }
  override async onAbruptClosing() {
    if (this.parameters.hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
}
`,
});
// Three years of minutes: far more than the test waits for.
const LONG_RUN = "backtest slow.ts --source synthetic --start 2022-01-02 --end 2025-01-02 --out".split(" ");

describe.skipIf(process.platform === "win32")("Ctrl-C", () => {
  it.concurrent("stops the run cleanly: the result so far is saved and marked PARTIAL", async () => {
    const { process: child, finished, seen } = start(folder, [...LONG_RUN, "once", "--json"]);
    await seen("begun");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await finished;
    expect(stderr).toContain("Stopping.");
    expect(JSON.parse(stdout)).toMatchObject({ status: "PARTIAL", notice: "SYNTHETIC" });
    expect(JSON.parse(readFileSync(join(folder, "once/result.json"), "utf8"))).toMatchObject({ status: "PARTIAL" });
    expect(code).toBe(130);
  });

  it.concurrent("a second time ends the process at once, and writes nothing", async () => {
    const { process: child, finished, seen } = start(folder, [...LONG_RUN, "twice", "--param", "hangs=true"]);
    await seen("begun");
    child.kill("SIGINT");
    await seen("Stopping.");
    child.kill("SIGINT");
    const { code, stdout } = await finished;
    expect(stdout).toBe("");
    expect(existsSync(join(folder, "twice"))).toBe(false);
    expect(code).toBe(130);
  });
});
