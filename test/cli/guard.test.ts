// backlit-guard: allow-file these are the texts that the guard is tried on
/** What `backlit guard` finds in files, and what it leaves alone. */
import { describe, expect, it } from "vitest";
import { run, temporaryFolder, write } from "./support.ts";

interface Told {
  readonly files: number;
  readonly findings: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly cell?: number;
    readonly rule: string;
  }[];
  readonly allowed: readonly { readonly line: number; readonly allowed: string }[];
}

const folder = temporaryFolder();
let written = 0;

/** Looks through one file of that ending. */
async function guardText(ending: string, text: string): Promise<Told & { readonly code: number | null }> {
  const name = `case-${written++}${ending}`;
  write(folder, { [name]: text });
  const { code, stdout } = await run(folder, ["guard", "--json", name]);
  return { ...(JSON.parse(stdout) as Told), code };
}

/** Lines of the findings. */
async function linesOf(ending: string, text: string): Promise<readonly number[]> {
  const { findings, code } = await guardText(ending, text);
  expect(code).toBe(findings.length === 0 ? 0 : 1);
  return findings.map(({ line }) => line);
}

const URL = "https://hist.databento.com/v0";

type Case = readonly [what: string, ending: string, text: string];

const BILLED: readonly Case[] = [
  ["fetch of the billed address", ".ts", `await fetch("${URL}/timeseries.get_range", { method: "POST" });`],
  ["the same in a template", ".mjs", `await fetch(\`${URL}/timeseries.get_range?symbols=\${symbols}\`);`],
  ["an order of files", ".js", `axios.post('${URL}/batch.submit_job', form);`],
  ["an address in parts", ".ts", `await got(\`\${base}/v0/timeseries.get_range\`);`],
  ["host and path apart", ".cjs", `request({ host: "hist.databento.com", path: "/v0/batch.submit_job" });`],
  ["host and endpoint apart", ".ts", `const base = "https://hist.databento.com"; send(base, "timeseries.get_range");`],
  ["any endpoint", ".ts", `const ask = (name: string) => fetch(\`${URL}/\${name}\`);`],
  ["any endpoint, put together", ".ts", `const ask = (name) => fetch("${URL}/" + name);`],
  [
    "a call of ours without approval",
    ".ts",
    "for await (const bytes of client.timeseries.getRange(params)) use(bytes);",
  ],
  ["with other options only", ".ts", "client.timeseries.getRange(params, { signal });"],
  ["behind ?.", ".ts", "client?.timeseries?.getRange?.(params)"],
  ["a job without approval", ".ts", "await new Historical({ key }).batch.submitJob({ symbols: f(1, 2) });"],
  ["arguments with brackets in texts", ".ts", `client.timeseries.getRange({ symbols: ")(", a: [1, 2] });`],
  ["the vendor's spelling", ".js", "client.timeseries.get_range(params, { approval });"],
  [
    "another package's client",
    ".ts",
    `import { Client } from "databento";\nnew Client(key).getRange({}, { approval });`,
  ],
  ["the same, required", ".js", `const db = require("@some/databento-client");\ndb.submitJob(params);`],
  ["a group under another name", ".ts", "const series = client.timeseries;\nseries.getRange(params);"],
  ["a method taken out", ".ts", "const { getRange } = client.timeseries;"],
  ["a method handed on", ".ts", "const buy = client.timeseries.getRange.bind(client.timeseries);"],
  ["names in brackets", ".ts", `client["timeseries"]["getRange"](params);`],
  [
    "the maker of approvals",
    ".ts",
    `import { mintApproval } from "./node_modules/backlit/dist/databento/cost-approval.js";`,
  ],
  ["code inside a template", ".ts", `const text = \`\${await count(client.timeseries.getRange(params))} rows\`;`],
  ["code after a regular expression with a quote", ".ts", `const quote = /["']/;\nclient.timeseries.getRange(params);`],
  ["code after a division", ".ts", "const half = total / 2; client.timeseries.getRange(params); const x = a / b;"],
  ["Python's client", ".py", "data = client.timeseries.get_range(dataset=d, symbols=s)"],
  ["over several lines", ".py", "data = (\n    client\n    .timeseries\n    .get_range(dataset=d)\n)"],
  ["Python, asynchronous", ".py", "data = await client.timeseries.get_range_async(**kwargs)"],
  ["Python's jobs", ".py", "client.batch.submit_job(dataset=d)"],
  ["Python, under another name", ".py", "ts = client.timeseries\nts.get_range(**kwargs)"],
  [
    "Python, with the client imported",
    ".py",
    "import databento as db\nfetch = make(db)\nfetch.series.get_range(**kwargs)",
  ],
  ["Python, by name", ".py", `import databento\ngetattr(client.timeseries, "get_range")(**kwargs)`],
  ["requests", ".py", `requests.post(f"{BASE}/v0/timeseries.get_range", data=form)`],
  ["a text over lines that is no docstring", ".py", `url = """${URL}/timeseries.get_range"""`],
  ["curl", ".sh", `curl -u "$KEY:" ${URL}/timeseries.get_range -d dataset=GLBX.MDP3`],
  ["curl out of a program", ".ts", `execSync("curl -u k: ${URL}/batch.submit_job");`],
];

const HARMLESS: readonly Case[] = [
  ["a line comment", ".ts", `// client.timeseries.getRange(params) and ${URL}/timeseries.get_range`],
  ["a block comment", ".ts", `/**\n * client.timeseries.getRange(params)\n * ${URL}/batch.submit_job\n */`],
  ["a sentence", ".ts", `throw new Error("POST ${URL}/timeseries.get_range failed");`],
  ["a call in a text", ".ts", `log("use client.timeseries.getRange(params)");`],
  ["a regular expression", ".ts", "const pattern = /client.timeseries.getRange\\(params\\)/;"],
  ["an approved call", ".ts", "client.timeseries.getRange(params, { approval });"],
  [
    "an approved call over lines",
    ".ts",
    "client.timeseries.getRange(\n  { a: f(1), b: [2] },\n  { approval: await q.approve() },\n);",
  ],
  [
    "options made elsewhere",
    ".ts",
    "client.timeseries.getRange(params, options); client.batch.submitJob(p, { ...options });",
  ],
  ["a type", ".ts", "type Get = typeof client.timeseries.getRange;"],
  [
    "a request for the price",
    ".ts",
    `const request = { kind: "timeseries.getRange", params };\nclient.quote([request]);`,
  ],
  ["free endpoints", ".ts", `fetch("${URL}/metadata.get_cost"); fetch(\`${URL}/symbology.resolve?x=\${y}\`);`],
  ["the address of the service", ".ts", `new Historical({ key, url: "https://hist.databento.com" });`],
  ["somebody else's getRange", ".ts", "sheet.getRange(1, 2); batch.getRanges(); timeseries.getRangeOf(x);"],
  ["our own client imported", ".ts", `import { Historical } from "backlit/databento";\nsheet.getRange("A1");`],
  ["only types of another client", ".ts", `import type { Client } from "databento";\nsheet.getRange("A1");`],
  ["Python's comments", ".py", "# client.timeseries.get_range(...)\nx = 1  # client.batch.submit_job()"],
  [
    "a docstring",
    ".py",
    `def f():\n    """Calls client.timeseries.get_range(x).\n    ${URL}/batch.submit_job\n    """\n`,
  ],
  [
    "Python's free calls",
    ".py",
    "import databento as db\nc.metadata.get_cost(**k)\nc.metadata.get_dataset_range(d)\nc.batch.list_jobs()",
  ],
  ["Python's reference data", ".py", "import databento as db\nclient.corporate_actions.get_range(**kwargs)"],
  ["a commented curl", ".sh", `# curl ${URL}/timeseries.get_range\necho "done" # ${URL}/batch.submit_job`],
];

describe.concurrent("guard finds", () => {
  it.each(BILLED)("%s (%s)", async (_what, ending, text) => {
    expect(await linesOf(ending, text)).toHaveLength(1);
  });

  it("the line and the column", async () => {
    const { findings, files } = await guardText(".ts", "const a = 1;\n\n  client.timeseries.getRange(params);\n");
    // Columns count from 1: two blanks, `client.` and then the group.
    expect(findings).toMatchObject([{ line: 3, column: 10, rule: "no-approval" }]);
    expect(files).toBe(1);
  });

  it("cells of notebooks", async () => {
    const cells = [
      { cell_type: "markdown", source: ["client.timeseries.get_range(x)"] },
      { cell_type: "code", source: ["import databento as db\n", "client.timeseries.get_range(x)"] },
    ];
    const { findings } = await guardText(".ipynb", JSON.stringify({ cells, nbformat: 4 }));
    expect(findings).toMatchObject([{ cell: 2, line: 2, rule: "no-approval" }]);
  });
});

describe.concurrent("guard leaves alone", () => {
  it.each(HARMLESS)("%s (%s)", async (_what, ending, text) => {
    expect(await linesOf(ending, text)).toEqual([]);
  });
});

describe.concurrent("a comment", () => {
  const call = "client.timeseries.getRange(params);";

  it("allows its line, or the one below, and is told with its reason", async () => {
    const text = `${call} // backlit-guard: allow the simulator only\n/* backlit-guard: allow - recorded server */\n\n${call}\n`;
    const { code, findings, allowed } = await guardText(".ts", text);
    expect({ code, findings }).toEqual({ code: 0, findings: [] });
    expect(allowed).toMatchObject([
      { line: 1, allowed: "the simulator only" },
      { line: 4, allowed: "recorded server" },
    ]);
  });

  it("allows no other line", async () => {
    expect(await linesOf(".ts", `// backlit-guard: allow the simulator only\nf();\n${call}`)).toEqual([3]);
    expect(await linesOf(".ts", `f(); // backlit-guard: allow the simulator only\n${call}`)).toEqual([2]);
  });

  it("allows a whole file", async () => {
    const python =
      "# backlit-guard: allow-file talks to the simulator\n\nclient.timeseries.get_range()\nclient.batch.submit_job()\n";
    expect(await linesOf(".py", python)).toEqual([]);
  });

  it("without a reason allows nothing", async () => {
    const { findings } = await guardText(".ts", `${call} // backlit-guard: allow`);
    expect(findings).toMatchObject([{ line: 1, rule: "no-reason" }]);
  });

  it("in a text allows nothing", async () => {
    expect(await linesOf(".ts", `f("backlit-guard: allow a text"); ${call}`)).toEqual([1]);
  });
});

describe("the command", () => {
  it("says where, what and what to do", async () => {
    write(folder, { "src/buy.ts": "client.timeseries.getRange(params);\n" });
    const { code, stdout, stderr } = await run(folder, ["guard", "src"]);
    expect(stdout).toContain("src/buy.ts:1:8  calls timeseries.getRange, which is billed, without an approved quote");
    expect(stdout).toContain("    client.timeseries.getRange(params);");
    expect(stdout).toContain("backlit-guard: allow <reason>");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  it("looks through the folder outside of a repository, installed packages left out", async () => {
    const own = temporaryFolder();
    write(own, {
      "a.py": "client.batch.submit_job()",
      "node_modules/x/index.js": "c.timeseries.get_range()",
      "README.md": "client.timeseries.getRange(params)",
    });
    const { stdout } = await run(own, ["guard", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ files: 1, findings: [{ file: "a.py", line: 1 }] });
  });

  it("refuses a file that is not there", async () => {
    const { code, stderr } = await run(folder, ["guard", "gone.ts"]);
    expect(stderr).toContain("gone.ts: there is no such file");
    expect(code).toBe(2);
  });
});
