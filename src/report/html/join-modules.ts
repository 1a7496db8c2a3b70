/** Our own small modules as one program: a page that loads nothing has no place for imports. */

const IMPORT = /^import \{([^}]*)\} from "\.\/([\w-]+\.js)";\n/gm;
const EXPORT = /^export ((?:async )?function |const |class )(\w+)/gm;

/**
 * One program from the module `entry` and everything it imports. Each module keeps a scope of its own and runs once, after those it
 * imports. Knows the forms that our modules use: `import { a, b as c } from "./x.js";` and `export function|const|class`.
 * @param read text of a module by its file name
 */
export function joinModules(entry: string, read: (name: string) => string): string {
  const placed: string[] = [];
  const seen = new Set<string>();
  const place = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = read(name);
    for (const [, , imported = ""] of text.matchAll(IMPORT)) place(imported);
    placed.push(asFunction(name, text));
  };
  place(entry);
  return `"use strict";(()=>{const modules={};\n${placed.join("\n")}\n})();`;
}

function asFunction(name: string, text: string): string {
  const exported = [...text.matchAll(EXPORT)].map(([, , word]) => word);
  const body = text
    .replace(
      IMPORT,
      (_, names: string, from: string) => `const {${names.replaceAll(" as ", ": ")}} = modules["${from}"];\n`,
    )
    .replace(EXPORT, "$1$2");
  return `modules["${name}"]=(()=>{\n${body}\nreturn {${exported.join(",")}};})();`;
}
