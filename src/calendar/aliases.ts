/**
 * Names other programs use for our calendars: those of Lumibot's `set_market`, of pandas_market_calendars and of
 * exchange_calendars, and ISO market codes. A name that several of our calendars could answer to (CBOT: grains or
 * bonds?) is left out, so that it is refused and not guessed.
 */
export const ALIASES: Readonly<Record<string, string>> = {
  "24/7": "ALWAYS_OPEN crypto",
  "24/5": "forex",
  XNYS: "NYSE stock NASDAQ XNAS BATS BZX DJIA DOW ARCX XASE AMEX IEX us_equity NYSE_Arca",
  CME_EQUITY:
    "CME CMES XCME us_futures CBOT_Equity CME_Globex_Equity CMEGlobex_Equity CME_Globex_Equities CMEGlobex_ES CMEGlobex_NQ CMEGlobex_YM CMEGlobex_RTY",
  CME_RATES:
    "CME_Rate CBOT_Rate CME_InterestRate CBOT_InterestRate CME_Bond CBOT_Bond CBOT_Rates CME_Globex_Fixed_Income CME_Globex_Interest_Rate_Products CMEGlobex_InterestRate CMEGlobex_FixedIncome CMEGlobex_Bonds",
  CME_FX: "CME_Currency CMEGlobex_FX CME_Globex_FX CMEGlobex_Currency CME_Globex_Currency",
  CME_ENERGY:
    "NYMEX XNYM NYMEX_Agriculture NYMEX_Energy CMEGlobex_Energy CMEGlobex_EnergyAndMetals CME_Globex_Energy_and_Metals CMEGlobex_CrudeAndRefined CMEGlobex_Crude CMEGlobex_CL CMEGlobex_NG CMEGlobex_NatGas",
  CME_METALS: "COMEX XCEC COMEX_Agriculture COMEX_Metals CMEGlobex_Metals CMEGlobex_GC CMEGlobex_SI CMEGlobex_Gold",
  CME_GRAINS:
    "CME_Agriculture CBOT_Agriculture CMEGlobex_Agriculture CBOT_Grains CMEGlobex_Grains CMEGlobex_Grains_and_Oilseeds",
  CME_LIVESTOCK: "CMEGlobex_Livestock CMEGlobex_Live_Cattle CMEGlobex_Feeder_Cattle CMEGlobex_Lean_Hog",
  CME_CRYPTO: "CMEGlobex_Crypto CME_Globex_Crypto CME_Globex_Cryptocurrencies CME_Bitcoin CMEGlobex_Cryptocurrencies",
  CFE: "XCBF CBOE_Futures Cboe_Futures_Exchange",
  ICE_US_FINANCIAL: "ICEUS ICE_US NYFE IFUS ICE_Futures_US",
  ICE_EU_ENERGY: "ICE IEPA IFEU ICE_EU ICE_Futures_Europe",
  ICE_US_SOFTS: "ICE_US_Agriculture",
  SIFMA_US: "SIFMAUS Capital_Markets_US Bond_Markets_US Financial_Markets_US",
  XLON: "LSE",
  XEUR: "EUREX",
};
