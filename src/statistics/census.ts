/** Ages as they are counted, and the same with unknown ages allocated, as estimates have them. */
const allocated: ReadonlyMap<string, string> = new Map([
  ['A1301', 'age.0-14'],
  ['A1302', 'age.15-64'],
  ['A1303', 'age.65+'],
])

/** Figures of persons on 1 October, which are counted in census years and estimated in between. */
const stocks = /^(A1101|A11010[12]|age\.)/

export function isCensusYear(year: number): boolean {
  return year % 5 === 0
}

/**
 * The indicator that an item of 社会・人口統計体系 (and of SSDSE, which is taken from it) is in a year:
 * it has counted ages in census years and estimates in between, under the same code.
 */
export function indicatorIn(year: number, item: string): string {
  return isCensusYear(year) ? item : (allocated.get(item) ?? item)
}

/** Whether such a figure is an estimate. */
export function isEstimate(year: number, indicator: string): boolean {
  return !isCensusYear(year) && stocks.test(indicator)
}
