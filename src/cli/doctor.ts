import { messageOf } from "../market/errors.ts";
import { terminalOf } from "../run/terminal.ts";
import { defaultCacheFolder } from "../store/cache-folder.ts";
import { checkCache } from "./doctor/cache-check.ts";
import { type Check, fail, type Standing } from "./doctor/check.ts";
import { checkEnvironmentFile, checkKey, checkSettings, checkSource } from "./doctor/environment-checks.ts";
import { checkService } from "./doctor/service-checks.ts";
import { checkCalendars, checkNode, checkVersions } from "./doctor/system-checks.ts";
import type { DoctorFlags } from "./doctor-command.ts";
import { loadEnvironmentFile } from "./environment-file.ts";
import { ExitCode } from "./exit-code.ts";
import { maskSecrets } from "./mask-secrets.ts";

/**
 * `backlit doctor`: looks at what a run would need.
 * @returns the exit code: 1 when something failed
 */
export async function doctor(packageVersion: string, flags: DoctorFlags): Promise<number> {
  const checks = await allChecks(packageVersion, flags);
  const failed = checks.some(({ standing }) => standing === "fail");
  process.stdout.write(maskSecrets(flags.json ? jsonText(checks) : reportText(checks)));
  return failed ? ExitCode.failed : ExitCode.ok;
}

async function allChecks(packageVersion: string, { online }: DoctorFlags): Promise<readonly Check[]> {
  const unreadable = readEnvironmentFile();
  const { env } = process;
  return [
    checkNode(),
    checkVersions(packageVersion),
    unreadable ?? checkEnvironmentFile(),
    checkSource(env),
    checkKey(env),
    checkSettings(env),
    await checkCache(defaultCacheFolder()),
    ...(await checkService({ url: given("DATABENTO_HISTORICAL_URL"), key: given("DATABENTO_API_KEY"), online })),
    checkCalendars(Date.now()),
  ];
}

/** Puts `.env` under the environment; what keeps it from that. */
function readEnvironmentFile(): Check | undefined {
  try {
    loadEnvironmentFile();
    return undefined;
  } catch (thrown) {
    return fail("env file", messageOf(thrown), "Make it a readable text file, or remove it.");
  }
}

/** A variable that is blank is not set: `.env` files keep lines without values. */
function given(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

const COLORS: Readonly<Record<Standing, number>> = { ok: 32, warn: 33, fail: 31 };

function reportText(checks: readonly Check[]): string {
  const { color } = terminalOf(process.stdout);
  const lines = checks.flatMap(({ name, standing, found, next }) => {
    const mark = standing.padEnd(4);
    const shown = color ? `\u001b[${COLORS[standing]}m${mark}\u001b[0m` : mark;
    const line = `${shown}  ${name.padEnd(10)}${found}`;
    return next === undefined ? [line] : [line, `${" ".repeat(16)}-> ${next}`];
  });
  return `${lines.join("\n")}\n`;
}

function jsonText(checks: readonly Check[]): string {
  return `${JSON.stringify({ checks }, null, 2)}\n`;
}
