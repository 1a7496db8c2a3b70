import type { ServiceWarning } from "./events.ts";
import type { Redact } from "./redact.ts";

/** Warnings of an answer: `X-Warning` is a JSON array of texts `Category: message`; anything else is one warning as it stands. */
export function readWarnings(endpoint: string, headers: Headers, redact: Redact): readonly ServiceWarning[] {
  const header = headers.get("x-warning");
  if (header === null || header.trim() === "") return [];
  return textsOf(header).map((text) => {
    const [, category = "Warning", message = text] = /^([A-Za-z]\w*): (.*)$/s.exec(text) ?? [];
    return redact({ kind: "warning", endpoint, category, message });
  });
}

function textsOf(header: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(header);
    return Array.isArray(parsed) ? parsed.map(String) : [String(parsed)];
  } catch {
    return [header];
  }
}
