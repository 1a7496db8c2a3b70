import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const examples = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".ts"));

describe("the examples", () => {
  it.each(examples)("%s runs by the command in its header and prints something", async (file) => {
    const command = `node --import backlit/register examples/${file}`;
    expect(readFileSync(join(root, "examples", file), "utf8")).toContain(command);
    const { stdout, stderr } = await run(process.execPath, command.split(" ").slice(1), { cwd: root });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n").length).toBeGreaterThan(0);
    expect(stdout).not.toMatch(/NaN|undefined/);
  });
});
