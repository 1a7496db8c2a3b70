/** Calendar days of a mean Julian year, the base of CAGR. */
export const DAYS_PER_YEAR = 365.25;
