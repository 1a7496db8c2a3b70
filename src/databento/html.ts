const LONGEST_TEXT = 300;

/** Whether a text is a web page: what proxies, captive portals and gateways answer with. */
export function isHtml(text: string): boolean {
  return /^\s*(<!doctype|<html|<head|<body|<\?xml)/i.test(text);
}

/** The words of an answer that is not JSON, on one line: of a page its title, or else its text. */
export function pageText(text: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1];
  const words = (title ?? text.replaceAll(/<[^>]*>/g, " ")).replaceAll(/\s+/g, " ").trim();
  const short = words.length > LONGEST_TEXT ? `${words.slice(0, LONGEST_TEXT)}...` : words;
  if (short === "") return "an empty answer";
  return isHtml(text) ? `a web page '${short}'` : `'${short}'`;
}
