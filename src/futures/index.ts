/** Futures: what contracts are, when they end, which one a continuous series holds, and how rolls are taken out of its prices. */

export { type AdjustmentDirection, adjustSeries, segmentFactors, segmentOffsets } from "./adjust.ts";
export { contractKey } from "./contract-key.ts";
export type { ContractSpec, DatedTickSize } from "./contract-spec.ts";
export { contractRoots, contractSpec, requireContractSpec, suggestRoot, tickSizeOn } from "./contracts.ts";
export type { CountedDayRule, DayAnchor, DayRule } from "./day-rule.ts";
export { describeDayRule } from "./day-rule-text.ts";
export { type ContractLike, contractByExpiration, contractName, expirationOf, firstNoticeOf } from "./expiration.ts";
export { nextContracts } from "./next-contracts.ts";
export { type CalendarRoll, contractOn, HOLD_TO_EXPIRATION, type RollSegment, rollSchedule } from "./roll.ts";
export { rollAdjustment, rollGap } from "./roll-adjustment.ts";
export { rollByVolume, type SessionVolumes, type VolumeRoll } from "./roll-by-volume.ts";
export { contractOfRow, type Roll, type StitchedSegment, type StitchedSeries, stitch } from "./stitch.ts";
