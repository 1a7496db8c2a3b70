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

/** Reads what a stream can show from the stream and the environment (`NO_COLOR`, `TERM`). */
export function terminalOf(stream: Output, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const dumb = environment["TERM"] === "dumb";
  const isTerminal = stream.isTTY === true;
  return {
    rewrites: isTerminal && !dumb,
    color: isTerminal && !dumb && (environment["NO_COLOR"] ?? "") === "",
    unicode: !dumb,
    // Some terminals do not know their width and say 0.
    width: isTerminal ? stream.columns || undefined : undefined,
  };
}
