/** How it stands with one thing. `warn`: it works, or may not be needed. `fail`: something asked for cannot work. */
export type Standing = "ok" | "warn" | "fail";

/** One line of the doctor's report. */
export interface Check {
  /** What was looked at: `node`, `key`, `cache`. */
  readonly name: string;
  readonly standing: Standing;
  /** What was found, without secrets. */
  readonly found: string;
  /** What to do next; for everything that is not ok. */
  readonly next?: string;
}

export function ok(name: string, found: string): Check {
  return { name, standing: "ok", found };
}

export function warn(name: string, found: string, next: string): Check {
  return { name, standing: "warn", found, next };
}

export function fail(name: string, found: string, next: string): Check {
  return { name, standing: "fail", found, next };
}
