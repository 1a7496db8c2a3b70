import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ApiKey, ApiKeyError } from "../../databento/index.ts";
import { messageOf } from "../../market/errors.ts";
import { suggestWord } from "../../market/nearest.ts";
import { dataSourceNames } from "../../run/sources.ts";
import { type Check, fail, ok, warn } from "./check.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The `.env` of the working directory: there, and out of git's reach. */
export function checkEnvironmentFile(): Check {
  if (!existsSync(".env")) return ok("env file", "none in this folder; settings come from the environment");
  // git says 0 for an ignored file, 1 for one it would take, 128 outside of a repository.
  const { status } = spawnSync("git", ["check-ignore", "-q", ".env"]);
  if (status !== 1) return ok("env file", ".env is read");
  return warn(
    "env file",
    ".env is read, and git does not ignore it",
    "Add .env to .gitignore, so that no key is committed.",
  );
}

/** The data source that commands use when none is named. */
export function checkSource(environment: Environment): Check {
  const name = environment["DATA_SOURCE"]?.trim() ?? "";
  const known = dataSourceNames();
  if (name === "") return ok("source", `DATA_SOURCE is not set; --source names one of ${known.join(", ")}`);
  if (known.includes(name)) return ok("source", `DATA_SOURCE=${name}`);
  if (/[\\/.]/.test(name)) {
    if (existsSync(name)) return ok("source", `DATA_SOURCE=${name}, a module of your own`);
    return fail("source", `DATA_SOURCE=${name}: there is no such file`, "Correct the path, or remove the variable.");
  }
  return fail("source", `DATA_SOURCE=${name} is not the name of a source`, suggestWord(name, known));
}

/** The key: there, of the right shape, shown masked. */
export function checkKey(environment: Environment): Check {
  const text = environment["DATABENTO_API_KEY"]?.trim() ?? "";
  const isNeeded = environment["DATA_SOURCE"]?.trim() === "databento";
  const where = "Put DATABENTO_API_KEY into the environment or .env; keys are at https://databento.com/portal/keys";
  if (text === "") {
    if (isNeeded) return fail("key", "DATABENTO_API_KEY is not set, and DATA_SOURCE=databento needs it", where);
    return ok("key", "DATABENTO_API_KEY is not set; only Databento's own data needs it");
  }
  try {
    return ok("key", `DATABENTO_API_KEY=${new ApiKey(text)}`);
  } catch (thrown) {
    if (!(thrown instanceof ApiKeyError)) throw thrown;
    return fail("key", `DATABENTO_API_KEY: ${messageOf(thrown)}`, thrown.hint ?? where);
  }
}

/** Variables that are numbers, and what a number of theirs is. */
const NUMBERS: readonly (readonly [name: string, expected: RegExp, words: string])[] = [
  ["DATABENTO_MAX_COST", /^\d+(\.\d+)?$/, "US$, 0 or more"],
  ["DATABENTO_MONTHLY_CEILING", /^\d+(\.\d+)?$/, "US$, 0 or more"],
  ["DATABENTO_TIMEOUT", /^\d+(\.\d+)?$/, "seconds"],
  ["DATABENTO_MAX_RETRIES", /^\d+$/, "a whole number"],
];

/** The settings of the client. Their texts are not repeated: one may be a key in the wrong line. */
export function checkSettings(environment: Environment): Check {
  const set = NUMBERS.filter(([name]) => (environment[name]?.trim() ?? "") !== "");
  const wrong = set.filter(([name, expected]) => !expected.test(environment[name]?.trim() ?? ""));
  if (wrong.length > 0) {
    const list = wrong.map(([name]) => name).join(", ");
    const expected = wrong.map(([name, , words]) => `${name} is ${words}`).join("; ");
    return fail("settings", `${list}: no number`, `${expected}.`);
  }
  const list = set.map(([name]) => `${name}=${environment[name]?.trim()}`).join(", ");
  return ok("settings", list === "" ? "no limits of cost or time set; the defaults hold" : list);
}
