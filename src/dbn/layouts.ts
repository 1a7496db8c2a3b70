import type { DbnVersion } from "./constants.ts";
import type { Layout, RecordKind } from "./layout.ts";
import { definitionLayouts } from "./layouts-definition.ts";
import { marketLayouts } from "./layouts-market.ts";
import { messageLayouts } from "./layouts-messages.ts";

/** Every layout of every version. One table drives decoding, encoding, upgrading and the layout tests. */
export const layouts: readonly Layout[] = [...marketLayouts, ...definitionLayouts, ...messageLayouts];

const byKind = new Map<RecordKind, Layout>(layouts.map((each) => [each.kind, each]));

function tableByRtype(wanted: (layout: Layout) => boolean): readonly (readonly Layout[])[] {
  const chosen = layouts.filter(wanted);
  return Array.from({ length: 256 }, (_, rtype) => chosen.filter((each) => each.rtypes.includes(rtype)));
}

/** Layouts by version and rtype; looked up once a record, so an index rather than a search. */
const byRtype = {
  any: tableByRtype(() => true),
  1: tableByRtype((each) => each.versions.includes(1)),
  2: tableByRtype((each) => each.versions.includes(2)),
  3: tableByRtype((each) => each.versions.includes(3)),
} as const;

/** The layout of a kind; undefined for `"unknown"`. */
export function layoutOfKind(kind: RecordKind | "unknown"): Layout | undefined {
  return kind === "unknown" ? undefined : byKind.get(kind);
}

/** What an rtype may stand for: one layout in a version, several where the version is not known, none for an unknown rtype. */
export function layoutsOf(rtype: number, version: DbnVersion | "any" = "any"): readonly Layout[] {
  return byRtype[version][rtype] ?? [];
}
