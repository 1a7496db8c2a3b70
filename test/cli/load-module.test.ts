import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { barsCsv, ON_FILE, REPOSITORY, run, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
write(folder, { "es.csv": barsCsv("2024-01-02T00:00Z", 60) });

/** Runs a strategy file with other files beside it. */
function backtest(files: Readonly<Record<string, string>>, ...options: readonly string[]) {
  write(folder, files);
  const [file = ""] = Object.keys(files);
  return run(folder, ["backtest", file, ...ON_FILE, ...options]);
}

const EMPTY_STRATEGY = 'import { Strategy } from "backlit";\nexport class Idle extends Strategy {}\n';

describe.concurrent("a strategy in TypeScript", () => {
  it("loads without a build step and without a project around it", async () => {
    const { code, stdout, stderr } = await backtest({ "trades.ts": TRADES_ONCE });
    expect(stderr).toBe("");
    expect(stdout).toContain("TradesOnce");
    expect(code).toBe(0);
  });

  it("imports other files, by '.ts' and by the '.js' that TypeScript asks for", async () => {
    const { code, stderr } = await backtest({
      "imports.ts": `import { one } from "./lib/one.ts";
import { two } from "./lib/two.js";
import { three } from "./lib/three.mjs";
${EMPTY_STRATEGY}
if (one + two + three !== 6) throw new Error("wrong");
`,
      "lib/one.ts": "export const one: number = 1;\n",
      "lib/two.ts": 'export { two } from "./really-two.js";\n',
      "lib/really-two.ts": "export const two = 2 as number;\n",
      "lib/three.mts": "export const three: number = 3;\n",
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("prefers a '.js' file that is there over the '.ts' beside it", async () => {
    const { code, stderr } = await backtest({
      "prefers.ts": `import { from } from "./both.js";\n${EMPTY_STRATEGY}if (from !== "js") throw new Error(from);\n`,
      "both.js": 'export const from = "js";\n',
      "both.ts": 'export const from: string = "ts";\n',
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("reports a syntax error with file, line, column and the line itself", async () => {
    const { code, stdout, stderr } = await backtest({ "syntax.ts": `${EMPTY_STRATEGY}\n\tconst half: number = ;\n` });
    expect(stderr).toContain("Loading the strategy syntax.ts: Expression expected at syntax.ts:4:23");
    expect(stderr).toContain("const half: number = ;");
    expect(stderr.split("\n").length).toBeLessThan(10);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("reports a syntax error in a file that the strategy imports", async () => {
    const { code, stderr } = await backtest({
      "importer.ts": `import "./broken.ts";\n${EMPTY_STRATEGY}`,
      "broken.ts": "const twice: number = 1;\nconst twice: number = 2;\n",
    });
    expect(stderr).toContain(
      "Loading the strategy importer.ts: Identifier 'twice' has already been declared at broken.ts:2:7",
    );
    expect(code).toBe(1);
  });

  it("says what to write instead of an enum", async () => {
    const { code, stderr } = await backtest({ "enum.ts": `${EMPTY_STRATEGY}enum Side {\n  buy,\n  sell,\n}\n` });
    expect(stderr).toContain("enum.ts:3:1");
    expect(stderr).toContain("hint: ");
    expect(stderr).toContain("as const");
    expect(code).toBe(1);
  });

  it("says what to do about a type imported as a value", async () => {
    const { code, stderr } = await backtest({
      "type.ts": `import { Bar } from "backlit";\n${EMPTY_STRATEGY}const bar: Bar[] = [];\n`,
    });
    expect(stderr).toContain("type.ts:1:10");
    expect(stderr).toContain("If 'Bar' is a type, write 'import type'");
    expect(code).toBe(1);
  });

  it("names an import that is not there", async () => {
    const { code, stderr } = await backtest({ "gone.ts": `import "./gone-helper.ts";\n${EMPTY_STRATEGY}` });
    expect(stderr).toContain("Cannot find module");
    expect(stderr).toContain("gone-helper.ts");
    expect(code).toBe(1);
  });

  it("shows where a file threw while it was loaded", async () => {
    const { code, stderr } = await backtest({
      "throws.ts": `type Unused = {\n  a: number;\n};\nthrow new Error("not today");\n`,
    });
    expect(stderr).toContain("it threw while it was loaded: not today");
    expect(stderr).toContain("at throws.ts:4:7");
    expect(code).toBe(1);
  });
});

describe.concurrent("a strategy in JavaScript", () => {
  it("loads from .js and .mjs", async () => {
    for (const file of ["plain.js", "plain.mjs"]) {
      const { code, stderr } = await backtest({ [file]: EMPTY_STRATEGY });
      expect(stderr).toBe("");
      expect(code).toBe(0);
    }
  });

  it("has its syntax errors placed as well", async () => {
    const { code, stderr } = await backtest({
      "broken.mjs": `${EMPTY_STRATEGY}class Odd {\n  f() { return this.#nope; }\n}\n`,
    });
    expect(stderr).toContain("broken.mjs:4:20");
    expect(code).toBe(1);
  });
});

describe.concurrent("a strategy that resolves another copy of the package", () => {
  it("is refused, with both places named", async () => {
    const project = join(folder, "project");
    const copy = join(project, "node_modules/backlit");
    mkdirSync(join(copy, "dist"), { recursive: true });
    cpSync(join(REPOSITORY, "package.json"), join(copy, "package.json"));
    writeFileSync(join(copy, "dist/index.js"), "export class Strategy {}\n");
    const { code, stderr } = await backtest({ "project/other.ts": EMPTY_STRATEGY });
    expect(stderr).toContain(`imports the copy of backlit at ${join(copy, "package.json")}`);
    expect(stderr).toContain(join(REPOSITORY, "package.json"));
    expect(code).toBe(1);
  });

  it("is recognised when it comes in another way", async () => {
    const { code, stderr } = await backtest({
      "foreign.ts": "class Strategy {}\nexport class Mine extends Strategy {}\n",
    });
    expect(stderr).toContain("'Mine' extends a Strategy, but not the one of the backlit that runs this command");
    expect(code).toBe(1);
  });
});

describe.concurrent("choosing the strategy of a file", () => {
  const two =
    'import { Strategy } from "backlit";\nexport class First extends Strategy {}\nexport class Second extends Strategy {}\n';

  it("takes the one that --strategy names", async () => {
    const { code, stdout } = await backtest({ "two.ts": two }, "--strategy", "Second");
    expect(stdout).toContain("Second");
    expect(code).toBe(0);
  });

  it("asks for a name where there are several, and suggests the nearest for a misspelt one", async () => {
    const unnamed = await backtest({ "two-unnamed.ts": two });
    expect(unnamed.stderr).toContain("it exports 2: First, Second");
    expect(unnamed.code).toBe(2);
    const misspelt = await backtest({ "two-misspelt.ts": two }, "--strategy", "Secnd");
    expect(misspelt.stderr).toContain("Did you mean 'Second'?");
    expect(misspelt.code).toBe(2);
  });

  it("lists the exports of a file that has none", async () => {
    const { code, stderr } = await backtest({ "none.ts": "export const a = 1;\nexport class Box {}\n" });
    expect(stderr).toContain("none among its exports Box (class), a (number)");
    expect(stderr).toContain("extends Strategy");
    expect(code).toBe(1);
  });
});
