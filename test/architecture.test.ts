import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** Which folders each folder of `src` may import from, besides itself. `docs/architecture.md` says why. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  market: [],
  bars: ["market"],
  calendar: ["market"],
  futures: ["market", "bars", "calendar"],
  dbn: [],
  databento: ["dbn", "market/errors"],
  store: ["market/errors"],
  sources: ["market", "bars", "calendar", "futures", "store", "dbn", "databento"],
  strategy: ["market", "bars", "calendar"],
  engine: ["market", "bars", "calendar", "futures", "strategy"],
  brokers: ["market"],
  report: ["market", "bars", "calendar"],
  simulator: ["dbn", "market", "futures", "calendar"],
  testing: ["market", "bars"],
  run: ["market", "bars", "calendar", "strategy", "engine", "databento", "sources", "store", "report", "simulator"],
  cli: [
    "market",
    "bars",
    "calendar",
    "futures",
    "dbn",
    "databento",
    "store",
    "sources",
    "strategy",
    "engine",
    "brokers",
    "report",
    "simulator",
    "run",
    "index",
  ],
  index: ["market", "bars", "calendar", "futures", "strategy", "engine", "sources", "report", "run"],
};

/** Folders in which nothing may touch the machine: no Node module, no clock, no chance, no network. */
const PURE = ["market", "bars", "calendar", "futures", "dbn", "strategy", "engine", "report"];

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  /** Loaded when it is asked for; cannot make a cycle at start-up. */
  readonly lazy: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const root = join(import.meta.dirname, "..", "src");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readSource(path.replaceAll("\\", "/")));

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const imports: Import[] = [];
  for (const match of code.matchAll(/^(?:import|export)\s+(type\s+)?([^;]*?)\sfrom\s+"([^"]+)";/gms)) {
    const names = match[2] ?? "";
    const typeOnly =
      match[1] !== undefined ||
      (/^\{[^}]*\}$/.test(names.trim()) && namesOf(names).every((name) => name.startsWith("type ")));
    imports.push({ target: match[3] ?? "", typeOnly, lazy: false });
  }
  for (const match of code.matchAll(/^import\s+"([^"]+)";/gm))
    imports.push({ target: match[1] ?? "", typeOnly: false, lazy: false });
  for (const match of code.matchAll(/\bimport\("([^"]+)"\)/g))
    imports.push({ target: match[1] ?? "", typeOnly: false, lazy: true });
  return { path, text: code, imports };
}

function namesOf(list: string): string[] {
  return list
    .trim()
    .slice(1, -1)
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

const folderOf = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, ""));
const resolveFrom = (path: string, target: string) =>
  relative(root, join(root, dirname(path), target)).replaceAll("\\", "/");

/** Every value import of our own, file to files. */
function valueGraph(): Map<string, string[]> {
  return new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter(({ target, typeOnly, lazy }) => target.startsWith(".") && !typeOnly && !lazy)
        .map(({ target }) => resolveFrom(path, target)),
    ]),
  );
}

describe("the folders of src", () => {
  it("are all in the table, and lie at most two deep", () => {
    expect([...new Set(sources.map(({ path }) => folderOf(path)))].filter((folder) => !(folder in MAY_IMPORT))).toEqual(
      [],
    );
    expect(sources.filter(({ path }) => path.split("/").length > 3).map(({ path }) => path)).toEqual([]);
  });

  it("import what the table allows and nothing else", () => {
    const broken = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target.startsWith("."))
        .map(({ target }) => resolveFrom(path, target))
        .filter((target) => {
          const [from, to] = [folderOf(path), folderOf(target)];
          const allowed = MAY_IMPORT[from] ?? [];
          return from !== to && !allowed.includes(to) && !allowed.includes(target.replace(/\.ts$/, ""));
        })
        .map((target) => `${path} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("touch neither machine, clock, chance nor network where they are pure", () => {
    const machine = [
      /\bDate\.now\b/,
      /\bnew Date\(\)/,
      /\bMath\.random\b/,
      /\bperformance\.now\b/,
      /\bprocess\./,
      /\bfetch\(/,
      /\bDateTime\.(now|local|utc)\(\)/,
    ];
    const broken = sources
      .filter(({ path }) => PURE.includes(folderOf(path)))
      .flatMap(({ path, text, imports }) => [
        ...imports.filter(({ target }) => target.startsWith("node:")).map(({ target }) => `${path} imports ${target}`),
        ...machine.filter((pattern) => pattern.test(text)).map((pattern) => `${path} has ${pattern.source}`),
      ]);
    expect(broken).toEqual([]);
  });

  it("have no circle of value imports", () => {
    const graph = valueGraph();
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      if (trail.includes(path) || done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it("leave exiting the process to the command line's main", () => {
    expect(
      sources
        .filter(({ path, text }) => path !== "cli/main.ts" && /\bprocess\.exit\(/.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });
});

describe("strategies and examples", () => {
  it("import the package by its name, never by path", () => {
    const broken = ["strategies", "examples"].flatMap((folder) =>
      readdirSync(join(root, "..", folder), { encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .filter((file) => /from "\.\.?\//.test(readFileSync(join(root, "..", folder, file), "utf8"))),
    );
    expect(broken).toEqual([]);
  });
});
