import { existsSync } from "node:fs";
import { config } from "dotenv";
import { BacklitError } from "../market/errors.ts";

/**
 * Lays the variables of `.env` in the working directory under the real environment, which wins. Only the command line does this;
 * nothing the file holds is ever printed.
 * @throws BacklitError `invalid_argument` when the file is there and cannot be read
 */
export function loadEnvironmentFile(): void {
  if (!existsSync(".env")) return;
  // The path is said because a variable could otherwise name another file, and `quiet` because dotenv advertises itself.
  const { error } = config({ path: ".env", quiet: true });
  if (error === undefined) return;
  throw new BacklitError("invalid_argument", `Reading .env in ${process.cwd()}: ${error.message}`, {
    hint: "Make it a readable text file, or remove it.",
  });
}
