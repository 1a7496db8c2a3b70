/** The contract suites, with which the author of a plug-in proves it. Published as `backlit/testing`. */

export { type BrokerBench, type BrokerSubject, brokerContract } from "./broker-contract.ts";
export { type ContractCheck, type DataSourceSubject, dataSourceContract } from "./data-source-contract.ts";
export {
  type ContractIndicator,
  type IndicatorCheck,
  type IndicatorSubject,
  indicatorContract,
} from "./indicator-contract.ts";
