import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Frames that are shown; a strategy's own part of a stack is short. */
const MOST_FRAMES = 6;
/** Where this package's compiled code lies. */
const OWN_CODE = fileURLToPath(new URL("..", import.meta.url));

/**
 * The frames of a stack that lie in the user's own files, innermost first, with paths from the working directory. Frames of Node,
 * of this package and of installed packages are left out: nobody can act on them.
 */
export function userFrames(error: Error | undefined): readonly string[] {
  const frames: string[] = [];
  for (const line of (error?.stack ?? "").split("\n")) {
    const match = /^\s+at (?:(.*) \()?(file:\/\/\/\S+?|\/\S+?|[A-Z]:\\\S+?):(\d+):(\d+)\)?$/.exec(line);
    if (match === null) continue;
    const [, name, location = "", row, column] = match;
    const path = location.startsWith("file:") ? fileURLToPath(location) : location;
    if (path.startsWith(OWN_CODE) || path.includes("node_modules")) continue;
    const place = `${shortest(path)}:${row}:${column}`;
    frames.push(name === undefined ? `    at ${place}` : `    at ${name} (${place})`);
    if (frames.length === MOST_FRAMES) break;
  }
  return frames;
}

/** A path from the working directory, or in full where that is not below it. */
export function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === "" || fromHere.startsWith("..") ? path : fromHere;
}
