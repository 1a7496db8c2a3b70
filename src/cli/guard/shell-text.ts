import { PieceCollector, type SourceText } from "./source-text.ts";

/** Parts a shell script: every line is text up to its comment, for quotes say little there about what runs. */
export function readShell(original: string): SourceText {
  const pieces = new PieceCollector(original);
  let start = 0;
  for (const line of original.split("\n")) {
    const comment = line.search(/(?:^|\s)#/);
    const end = start + (comment === -1 ? line.length : comment);
    pieces.string(start, end, original.slice(start, end));
    if (comment !== -1) pieces.comment(end, start + line.length);
    start += line.length + 1;
  }
  return pieces.finish();
}
