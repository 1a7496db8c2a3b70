/** `config.resolved.json`: what one needs to make a run once more, defaults filled in and secrets masked. */

import type { RunOutcome } from "../market/run-outcome.ts";
import { VERSION } from "../market/version.ts";
import { toPlain } from "./plain.ts";
import { plainSettings } from "./result-json.ts";
import { file, type RunFile } from "./run-file.ts";

const CONFIG_SCHEMA = "backlit.config";
const CONFIG_VERSION = 1;

/** The state of the code a run was made with. */
export interface CodeState {
  /** Id of the commit. */
  readonly commit: string;
  /** True when code files differ from it. */
  readonly dirty: boolean;
  /** How they differ, as `git apply` reads it; null when they do not, or when it was too long to keep. */
  readonly patch: string | null;
}

/** The file as text. The same run over the same code gives the same bytes. */
export function configFile(outcome: RunOutcome, code: CodeState | undefined): RunFile {
  const document = {
    schema: CONFIG_SCHEMA,
    version: CONFIG_VERSION,
    engine: { name: "backlit", version: VERSION },
    code: code === undefined ? null : { commit: code.commit, dirty: code.dirty },
    settings: plainSettings(outcome.settings),
    sourceOptions: toPlain(outcome.sourceOptions ?? {}),
    instruments: toPlain(outcome.instruments),
  };
  return file("config.resolved.json", () => [`${JSON.stringify(document, null, 2)}\n`]);
}
