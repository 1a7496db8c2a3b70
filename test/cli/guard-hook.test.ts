/** `backlit guard` in git repositories: what is staged, and the pre-commit hook. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY, run, temporaryFolder, write } from "./support.ts";

const BUYS = "client.timeseries.getRange(params);\n";
const SOUND = "client.timeseries.getRange(params, { approval });\n";
/** Neither the machine's own git settings nor those of a git that runs this test. */
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"))),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

function git(folder: string, ...words: readonly string[]): string {
  return execFileSync("git", words, { cwd: folder, env: ENVIRONMENT, encoding: "utf8", stdio: "pipe" });
}

/** A new repository with the package installed in it. */
function repository(): string {
  const folder = temporaryFolder();
  git(folder, "init", "-q");
  git(folder, "config", "user.email", "someone@example.com");
  git(folder, "config", "user.name", "Someone");
  installPackage(folder);
  write(folder, { ".gitignore": "node_modules\n" });
  return folder;
}

function installPackage(folder: string): void {
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(REPOSITORY, join(folder, "node_modules/backlit"));
  symlinkSync("../backlit/dist/cli/main.js", join(folder, "node_modules/.bin/backlit"));
}

/** Commits what is staged, hooks and all. */
function commit(folder: string, ...words: readonly string[]) {
  const { status, stderr, stdout } = spawnSync("git", ["commit", "-q", "-m", "change", ...words], {
    cwd: folder,
    env: ENVIRONMENT,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

async function guard(folder: string, ...words: readonly string[]) {
  const { code, stdout } = await run(folder, ["guard", "--json", ...words]);
  const { files, findings } = JSON.parse(stdout) as { files: number; findings: { file: string }[] };
  return { code, files, found: findings.map(({ file }) => file) };
}

async function install(folder: string, top = folder): Promise<string> {
  const { code, stdout, stderr } = await run(folder, ["guard", "--install"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const told = stdout.trim().split(": ").at(-1) ?? "";
  return told.startsWith("/") ? told : join(top, told);
}

describe.concurrent("in a repository guard", () => {
  it("looks through what git follows or would, and not what it ignores", async () => {
    const folder = repository();
    write(folder, {
      "followed.ts": BUYS,
      "new.ts": BUYS,
      "ignored.ts": BUYS,
      ".gitignore": "ignored.ts\nnode_modules\n",
    });
    git(folder, "add", "followed.ts");
    expect(await guard(folder)).toEqual({ code: 1, files: 2, found: ["followed.ts", "new.ts"] });
  });

  it("looks at what is staged, not at the work tree", async () => {
    const folder = repository();
    write(folder, { "a.ts": BUYS, "b.ts": SOUND });
    git(folder, "add", ".");
    write(folder, { "a.ts": SOUND, "b.ts": BUYS, "c.ts": BUYS });
    expect(await guard(folder, "--staged")).toEqual({ code: 1, files: 2, found: ["a.ts"] });
    expect((await guard(folder)).found).toEqual(["b.ts", "c.ts"]);
  });

  it("looks at what a commit changes, under names of any kind", async () => {
    const folder = repository();
    write(folder, { "old.ts": BUYS, "gone.ts": BUYS });
    git(folder, "add", ".");
    git(folder, "commit", "-q", "-m", "first");
    git(folder, "rm", "-q", "gone.ts");
    write(folder, { "müde name\n.ts": BUYS, "deep/x.py": "client.batch.submit_job()" });
    symlinkSync("old.ts", join(folder, "link.ts"));
    git(folder, "add", ".");
    const { found } = await guard(folder, "--staged");
    expect(found.toSorted()).toEqual(["deep/x.py", "müde name\n.ts"]);
    expect((await guard(join(folder, "deep"), "--staged")).found).toHaveLength(2);
    expect((await guard(folder, "--staged", "deep")).found).toEqual(["deep/x.py"]);
    expect((await guard(join(folder, "deep"), "--staged", "x.py")).found).toEqual(["deep/x.py"]);
  });

  it("passes this very package", async () => {
    const { code, stdout } = await run(REPOSITORY, ["guard"]);
    expect(stdout).toContain("nothing buys data past the cost gate");
    expect(code).toBe(0);
  });

  it("says that it needs one for what is staged", async () => {
    const { code, stderr } = await run(temporaryFolder(), ["guard", "--staged"]);
    expect(stderr).toContain("not a git repository");
    expect(code).toBe(1);
  });
});

describe.concurrent("the pre-commit hook", () => {
  it("stops a commit that would spend, and lets others through", async () => {
    const folder = repository();
    await install(folder);
    write(folder, { "a.ts": BUYS });
    git(folder, "add", ".");
    const { status, output } = commit(folder);
    expect(output).toContain("a.ts:1:8");
    expect(output).toContain("backlit guard stopped the commit");
    expect(status).toBe(1);
    write(folder, { "a.ts": SOUND });
    git(folder, "add", ".");
    const sound = commit(folder);
    expect(sound.output).toContain("nothing buys data past the cost gate");
    expect(sound.status).toBe(0);
  });

  it("sees what 'git commit -a' and 'git commit FILE' stage on their way", async () => {
    const folder = repository();
    write(folder, { "a.ts": SOUND, "b.ts": SOUND });
    git(folder, "add", ".");
    git(folder, "commit", "-q", "-m", "first");
    await install(folder);
    write(folder, { "a.ts": BUYS });
    expect(commit(folder, "-a").status).toBe(1);
    expect(commit(folder, "a.ts").status).toBe(1);
    write(folder, { "b.ts": `${SOUND}\n` });
    // Only b.ts is committed; a.ts stays out of it.
    expect(commit(folder, "b.ts").status).toBe(0);
  });

  it("keeps a hook that is there, whatever it ends with, and runs it after the guard", async () => {
    const folder = repository();
    const before = '#!/usr/bin/env bash\nset -e\necho "$0" > ran.txt\nexit 0\n';
    write(folder, { ".git/hooks/pre-commit": before });
    chmodSync(join(folder, ".git/hooks/pre-commit"), 0o755);
    const path = await install(folder);
    const after = readFileSync(path, "utf8");
    const [, block = ""] = /^#!\/usr\/bin\/env bash\n(# >>>[\s\S]*# <<< backlit guard <<<\n)/.exec(after) ?? [];
    expect(after.replace(block, "")).toBe(before);
    write(folder, { "a.ts": BUYS });
    git(folder, "add", ".");
    expect(commit(folder).status).toBe(1);
    expect(existsSync(join(folder, "ran.txt"))).toBe(false);
    write(folder, { "a.ts": SOUND });
    git(folder, "add", ".");
    expect(commit(folder).status).toBe(0);
    expect(existsSync(join(folder, "ran.txt"))).toBe(true);
  });

  it("is added once", async () => {
    const folder = repository();
    const path = await install(folder);
    const once = readFileSync(path, "utf8");
    const { stdout } = await run(folder, ["guard", "--install"]);
    expect(stdout).toContain("already");
    expect(readFileSync(path, "utf8")).toBe(once);
  });

  it("runs a hook in another language after it, and hands its verdict on", async () => {
    const folder = repository();
    write(folder, { ".git/hooks/pre-commit": "#!/usr/bin/env node\nprocess.exit(7)\n" });
    chmodSync(join(folder, ".git/hooks/pre-commit"), 0o755);
    const path = await install(folder);
    expect(readFileSync(`${path}.before-backlit`, "utf8")).toBe("#!/usr/bin/env node\nprocess.exit(7)\n");
    expect(spawnSync(path, { cwd: folder, env: ENVIRONMENT }).status).toBe(7);
    write(folder, { "a.ts": BUYS });
    git(folder, "add", ".");
    expect(spawnSync(path, { cwd: folder, env: ENVIRONMENT }).status).toBe(1);
  });

  it("goes where core.hooksPath points, through a link", async () => {
    const folder = repository();
    write(folder, { "tools/hooks/check.sh": "#!/bin/sh\necho shared\n" });
    chmodSync(join(folder, "tools/hooks/check.sh"), 0o755);
    symlinkSync("check.sh", join(folder, "tools/hooks/pre-commit"));
    git(folder, "config", "core.hooksPath", "tools/hooks");
    mkdirSync(join(folder, "deep"));
    await install(join(folder, "deep"), folder);
    expect(lstatSync(join(folder, "tools/hooks/pre-commit")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "tools/hooks/check.sh"), "utf8")).toMatch(
      /^#!\/bin\/sh\n# >>>[\s\S]*\necho shared\n$/,
    );
    expect(existsSync(join(folder, ".git/hooks/pre-commit"))).toBe(false);
    write(folder, { "a.ts": BUYS });
    git(folder, "add", "a.ts");
    expect(commit(folder).status).toBe(1);
  });

  it("goes into husky's own file, not the one husky writes anew", async () => {
    const folder = repository();
    write(folder, { ".husky/_/pre-commit": "generated\n", ".husky/pre-commit": "npm test\n" });
    git(folder, "config", "core.hooksPath", ".husky/_");
    expect(await install(folder)).toBe(join(folder, ".husky/pre-commit"));
    expect(readFileSync(join(folder, ".husky/pre-commit"), "utf8")).toMatch(/^# >>>[\s\S]*<<<\nnpm test\n$/);
    expect(readFileSync(join(folder, ".husky/_/pre-commit"), "utf8")).toBe("generated\n");
  });

  it("works with the package installed in a folder below", async () => {
    const folder = temporaryFolder();
    git(folder, "init", "-q");
    git(folder, "config", "user.email", "someone@example.com");
    git(folder, "config", "user.name", "Someone");
    installPackage(join(folder, "my bots"));
    write(folder, { ".gitignore": "node_modules\n", "my bots/a.ts": BUYS });
    await install(join(folder, "my bots"), folder);
    git(folder, "add", ".");
    const { status, output } = commit(folder);
    expect(output).toContain("my bots/a.ts:1:8");
    expect(status).toBe(1);
  });

  it("does not bring back a hook that is switched off", async () => {
    const folder = repository();
    write(folder, { ".git/hooks/pre-commit": "#!/bin/sh\necho off\n" });
    const { code, stderr } = await run(folder, ["guard", "--install"]);
    expect(stderr).toContain("not executable");
    expect(code).toBe(1);
    expect(statSync(join(folder, ".git/hooks/pre-commit")).mode & 0o111).toBe(0);
  });

  it("needs a repository and no files", async () => {
    expect((await run(temporaryFolder(), ["guard", "--install"])).stderr).toContain("not a git repository");
    expect((await run(repository(), ["guard", "--install", "a.ts"])).code).toBe(2);
  });
});
