const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * The arguments of a call whose name ends at `end`, type arguments and `?.` between them allowed; undefined when no call follows.
 * @param code with strings and comments blanked
 */
export function callArguments(code: string, end: number): readonly string[] | undefined {
  const opening = /^\s*(?:\?\.)?\s*(?:<[^()]*>)?\s*\(/.exec(code.slice(end, end + 400));
  if (opening === null) return undefined;
  const args: string[] = [];
  const open: string[] = [];
  let from = end + opening[0].length;
  for (let at = from; at < code.length; at++) {
    const character = code[at] as string;
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (open.length > 0 && character === open.at(-1)) open.pop();
    else if (open.length === 0 && (character === "," || character === ")")) {
      args.push(code.slice(from, at));
      from = at + 1;
      if (character === ")") return args;
    }
  }
  return [...args, code.slice(from)];
}
