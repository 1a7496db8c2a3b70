import { RType } from "./constants.ts";
import { type Layout, layout } from "./layout.ts";
import type {
  ErrorRecord,
  ErrorV1Record,
  SymbolMappingRecord,
  SymbolMappingV1Record,
  SystemRecord,
  SystemV1Record,
} from "./record-types.ts";

/** What the live gateway says besides market data. v2 made room for longer texts and codes. */
export const messageLayouts: readonly Layout[] = [
  layout<ErrorRecord>("error", 320, [RType.error], [2, 3], {
    err: [16, "text", 302],
    code: [318, "u8"],
    isLast: [319, "u8"],
  }),
  layout<ErrorV1Record>("errorV1", 80, [RType.error], [1], { err: [16, "text", 64] }),
  layout<SystemRecord>("system", 320, [RType.system], [2, 3], { msg: [16, "text", 303], code: [319, "u8"] }),
  layout<SystemV1Record>("systemV1", 80, [RType.system], [1], { msg: [16, "text", 64] }),
  layout<SymbolMappingRecord>("symbolMapping", 176, [RType.symbolMapping], [2, 3], {
    stypeIn: [16, "u8"],
    stypeInSymbol: [17, "text", 71],
    stypeOut: [88, "u8"],
    stypeOutSymbol: [89, "text", 71],
    startTs: [160, "u64"],
    endTs: [168, "u64"],
  }),
  layout<SymbolMappingV1Record>("symbolMappingV1", 80, [RType.symbolMapping], [1], {
    stypeInSymbol: [16, "text", 22],
    stypeOutSymbol: [38, "text", 22],
    startTs: [64, "u64"],
    endTs: [72, "u64"],
  }),
];
