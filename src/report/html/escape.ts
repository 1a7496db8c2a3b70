/** Text on its way into a page: names and messages may hold anything. */

/** Text between tags or inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** JSON inside a script element: no `<` stands in it, so nothing in it can end the element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** Program text inside a script element. In programs these two occur only in texts and patterns, where the backslash changes nothing. */
export function programForScript(program: string): string {
  return program.replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
}
