/**
 * The columns of the text encodings and the field lists, by schema, in the vendor's order. After each name stands its type: `t`
 * time, `p` price, `Q` `q` 64 bits, `I` `i` 32 bits, `H` `h` 16 bits, `B` `b` 8 bits (capitals are unsigned), `c` a character, `s` text.
 */

/** Type of a column. */
export type ColumnType = "t" | "p" | "Q" | "q" | "I" | "i" | "H" | "h" | "B" | "b" | "c" | "s";

/** One column. */
export interface TextColumn {
  /** As the service writes it: `ts_event`. */
  readonly name: string;
  readonly type: ColumnType;
}

const HEADER = "ts_event:t rtype:B publisher_id:H instrument_id:I";
const RECEIVED = `ts_recv:t ${HEADER}`;
const LEVEL = "bid_px_00:p ask_px_00:p bid_sz_00:I ask_sz_00:I bid_ct_00:I ask_ct_00:I";
const BAR = `${HEADER} open:p high:p low:p close:p volume:Q`;

const COLUMNS: Readonly<Record<string, string>> = {
  trades: `${RECEIVED} action:c side:c depth:B price:p size:I flags:B ts_in_delta:i sequence:I`,
  "bbo-1m": `${RECEIVED} side:c price:p size:I flags:B sequence:I ${LEVEL}`,
  "ohlcv-1s": BAR,
  "ohlcv-1m": BAR,
  "ohlcv-1h": BAR,
  "ohlcv-1d": BAR,
  statistics: `${RECEIVED} ts_ref:t price:p quantity:q sequence:I ts_in_delta:i stat_type:H channel_id:H update_action:B stat_flags:B`,
  definition: [
    `${RECEIVED} raw_symbol:s security_update_action:c instrument_class:c min_price_increment:p display_factor:p expiration:t`,
    "activation:t high_limit_price:p low_limit_price:p max_price_variation:p unit_of_measure_qty:p",
    "min_price_increment_amount:p price_ratio:p inst_attrib_value:i underlying_id:I raw_instrument_id:Q",
    "market_depth_implied:i market_depth:i market_segment_id:I max_trade_vol:I min_lot_size:i min_lot_size_block:i",
    "min_lot_size_round_lot:i min_trade_vol:I contract_multiplier:i decay_quantity:i original_contract_size:i appl_id:h",
    "maturity_year:H decay_start_date:H channel_id:H currency:s settl_currency:s secsubtype:s group:s exchange:s asset:s",
    "cfi:s security_type:s unit_of_measure:s underlying:s strike_price_currency:s strike_price:p match_algorithm:c",
    "main_fraction:B price_display_format:B sub_fraction:B underlying_product:B maturity_month:B maturity_day:B",
    "maturity_week:B user_defined_instrument:c contract_multiplier_unit:b flow_schedule_type:b tick_rule:B leg_count:H",
    "leg_index:H leg_instrument_id:I leg_raw_symbol:s leg_instrument_class:c leg_side:c leg_price:p leg_delta:p",
    "leg_ratio_price_numerator:i leg_ratio_price_denominator:i leg_ratio_qty_numerator:i leg_ratio_qty_denominator:i",
    "leg_underlying_id:I",
  ].join(" "),
};

const C_TYPES: Readonly<Record<ColumnType, string>> = {
  t: "uint64_t",
  p: "int64_t",
  Q: "uint64_t",
  q: "int64_t",
  I: "uint32_t",
  i: "int32_t",
  H: "uint16_t",
  h: "int16_t",
  B: "uint8_t",
  b: "int8_t",
  c: "char",
  s: "char",
};

/** The columns of a schema, in order. */
export function textColumns(schema: string): readonly TextColumn[] {
  const columns = (COLUMNS[schema] ?? "").split(" ").filter((column) => column !== "");
  return columns.map((column) => {
    const [name = "", type = "s"] = column.split(":");
    return { name, type: type as ColumnType };
  });
}

/** The order of a record's header in binary; in text the time comes first. */
const BINARY_HEADER = ["length", "rtype", "publisher_id", "instrument_id", "ts_event"];

/** What `list_fields` answers: names and C types in the order of the encoding. */
export function fieldList(schema: string, encoding: string): { readonly name: string; readonly type: string }[] {
  const fields = textColumns(schema).map(({ name, type }) => ({ name, type: C_TYPES[type] }));
  if (encoding !== "dbn") return fields;
  const header = BINARY_HEADER.map((name) => fields.find((field) => field.name === name) ?? { name, type: "uint8_t" });
  return [...header, ...fields.filter(({ name }) => !BINARY_HEADER.includes(name))];
}
