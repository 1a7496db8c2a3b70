import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { barsCsv, copyFromRepository, REPOSITORY, run, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
copyFromRepository("strategies", folder);
// The example's file holds the wall clock of Chicago, six hours behind UTC in January.
const chicago = (time: Date) => new Date(time.getTime() - 6 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
write(folder, { "es-1m.csv": barsCsv("2024-01-02T06:00Z", 4 * 1_440, chicago) });

/** The lines that start with `$ backlit`, with the lines they go on in. */
function examplesOf(help: string): readonly string[][] {
  const joined = help.replaceAll(/\\\n\s*/g, "");
  return [...joined.matchAll(/^\s*\$ backlit (.*)$/gm)].map(([, words = ""]) => words.trim().split(/\s+/));
}

describe("help", () => {
  it("of the program names its commands", async () => {
    const { code, stdout, stderr } = await run(folder, ["--help"]);
    expect(stdout).toContain("backtest");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("of backtest has two examples, and they run", async () => {
    const { code, stdout } = await run(folder, ["backtest", "--help"]);
    expect(code).toBe(0);
    const examples = examplesOf(stdout);
    expect(examples).toHaveLength(2);
    for (const words of examples) {
      // These bars lose money whoever trades them; an account that can bear it has nothing to warn of.
      const finished = await run(folder, [...words, "--budget", "1000000"]);
      expect(finished.stderr).toBe("");
      expect(finished.stdout).toContain("SmaCross");
      expect(finished.code).toBe(0);
    }
  });

  it("stands in docs/command-line.md as it is printed", async () => {
    const { stdout } = await run(folder, ["backtest", "--help"]);
    expect(readFileSync(join(REPOSITORY, "docs/command-line.md"), "utf8")).toContain(stdout.trimEnd());
  });

  it("comes unasked, as an error, where no command is given", async () => {
    const { code, stdout, stderr } = await run(folder, []);
    expect(stderr).toContain("Usage: backlit");
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("--version", () => {
  it("is the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as { version: string };
    const { code, stdout } = await run(folder, ["--version"]);
    expect(stdout).toBe(`${version}\n`);
    expect(code).toBe(0);
  });
});
