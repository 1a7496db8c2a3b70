/** What a stream can show. */
export interface Terminal {
  /** Lines can be rewritten. */
  readonly rewrites: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
  /** Columns; undefined where there is no terminal. */
  readonly width: number | undefined;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Reads what a stream can show from the stream, the environment (`NO_COLOR`, `TERM`, `LC_ALL`, `LC_CTYPE`, `LANG`) and the platform. A file,
 * a pipe, a dumb terminal and who asks for no colours get plain text: letters of ASCII and nothing else. So does a console of Windows that
 * does not say it is a newer one, as to letters: its fonts have no braille, and its code page may have none either.
 */
export function terminalOf(
  stream: Output,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Terminal {
  const isTerminal = stream.isTTY === true;
  const rewrites = isTerminal && environment["TERM"] !== "dumb";
  const color = rewrites && (environment["NO_COLOR"] ?? "") === "";
  return {
    rewrites,
    color,
    unicode: color && !/^(C|POSIX)$/.test(localeOf(environment)) && (platform !== "win32" || isNewConsole(environment)),
    // Some terminals do not know their width and say 0.
    width: isTerminal ? stream.columns || undefined : undefined,
  };
}

/** Windows Terminal, the terminals of editors, and those with a POSIX shell, which name a locale. */
function isNewConsole(environment: NodeJS.ProcessEnv): boolean {
  return [environment["WT_SESSION"], environment["TERM_PROGRAM"], localeOf(environment)].some((word) => word);
}

/** The locale of letters: the first that is set stands, as POSIX has it. */
function localeOf(environment: NodeJS.ProcessEnv): string {
  return environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "";
}
