export type Holiday = { date: string; name_ja: string; name_en: string }

type Names = readonly [ja: string, en: string]
type Rule = { names: Names; from: number; to: number; day: (year: number) => string }

/** The years for which the formulas of the equinoxes hold. */
export const holidayYears = { first: 1980, last: 2099 } as const

const names = {
  newYear: ['元日', 'New Year’s Day'],
  comingOfAge: ['成人の日', 'Coming of Age Day'],
  foundation: ['建国記念の日', 'National Foundation Day'],
  emperor: ['天皇誕生日', 'The Emperor’s Birthday'],
  vernal: ['春分の日', 'Vernal Equinox Day'],
  greenery: ['みどりの日', 'Greenery Day'],
  showa: ['昭和の日', 'Showa Day'],
  constitution: ['憲法記念日', 'Constitution Memorial Day'],
  children: ['こどもの日', 'Children’s Day'],
  marine: ['海の日', 'Marine Day'],
  mountain: ['山の日', 'Mountain Day'],
  aged: ['敬老の日', 'Respect for the Aged Day'],
  autumnal: ['秋分の日', 'Autumnal Equinox Day'],
  health: ['体育の日', 'Health and Sports Day'],
  sports: ['スポーツの日', 'Sports Day'],
  culture: ['文化の日', 'Culture Day'],
  labour: ['勤労感謝の日', 'Labour Thanksgiving Day'],
  accession: ['天皇の即位の日', 'Day of the Emperor’s Accession'],
  enthronement: ['即位礼正殿の儀', 'Enthronement Ceremony'],
  funeral: ['昭和天皇の大喪の礼', 'Funeral of Emperor Showa'],
  wedding: ['皇太子徳仁親王の結婚の儀', 'Wedding of Crown Prince Naruhito'],
  substitute: ['振替休日', 'Substitute Holiday'],
  citizens: ['国民の休日', 'Citizens’ Holiday'],
} as const satisfies Record<string, Names>

const until = (to: number) => ({ from: holidayYears.first, to })
const since = (from: number) => ({ from, to: holidayYears.last })
const always = since(holidayYears.first)
const fixed = (monthDay: string) => (year: number) => `${year}-${monthDay}`

/** National holidays by year: the law 国民の祝日に関する法律 with its changes, and the laws for single days. */
const rules: readonly Rule[] = [
  { names: names.newYear, ...always, day: fixed('01-01') },
  { names: names.comingOfAge, ...until(1999), day: fixed('01-15') },
  { names: names.comingOfAge, ...since(2000), day: monday(1, 2) },
  { names: names.foundation, ...always, day: fixed('02-11') },
  { names: names.emperor, ...since(2020), day: fixed('02-23') },
  { names: names.vernal, ...always, day: (year) => `${year}-03-${equinox(year, 20.8431)}` },
  { names: names.emperor, ...until(1988), day: fixed('04-29') },
  { names: names.greenery, from: 1989, to: 2006, day: fixed('04-29') },
  { names: names.showa, ...since(2007), day: fixed('04-29') },
  { names: names.constitution, ...always, day: fixed('05-03') },
  { names: names.greenery, ...since(2007), day: fixed('05-04') },
  { names: names.children, ...always, day: fixed('05-05') },
  { names: names.marine, from: 1996, to: 2002, day: fixed('07-20') },
  { names: names.marine, ...since(2003), day: moved(monday(7, 3), ['2020-07-23', '2021-07-22']) },
  {
    names: names.mountain,
    ...since(2016),
    day: moved(fixed('08-11'), ['2020-08-10', '2021-08-08']),
  },
  { names: names.aged, ...until(2002), day: fixed('09-15') },
  { names: names.aged, ...since(2003), day: monday(9, 3) },
  { names: names.autumnal, ...always, day: (year) => `${year}-09-${equinox(year, 23.2488)}` },
  { names: names.health, ...until(1999), day: fixed('10-10') },
  { names: names.health, from: 2000, to: 2019, day: monday(10, 2) },
  { names: names.sports, ...since(2020), day: moved(monday(10, 2), ['2020-07-24', '2021-07-23']) },
  { names: names.culture, ...always, day: fixed('11-03') },
  { names: names.labour, ...always, day: fixed('11-23') },
  { names: names.emperor, from: 1989, to: 2018, day: fixed('12-23') },
  { names: names.funeral, from: 1989, to: 1989, day: fixed('02-24') },
  { names: names.enthronement, from: 1990, to: 1990, day: fixed('11-12') },
  { names: names.wedding, from: 1993, to: 1993, day: fixed('06-09') },
  { names: names.accession, from: 2019, to: 2019, day: fixed('05-01') },
  { names: names.enthronement, from: 2019, to: 2019, day: fixed('10-22') },
]

/**
 * The days off of a year by the Japanese law of national holidays (国民の祝日に関する法律, 1948, as changed up
 * to 2018, and the laws for the Olympic years and the accession), in order; none outside `holidayYears`. The
 * equinoxes go by the usual formula; the government announces them each February, for the next year.
 */
export function japaneseHolidays(year: number): Holiday[] {
  const days = new Map<string, Names>(
    rules
      .filter(({ from, to }) => from <= year && year <= to)
      .map(({ day, names }) => [day(year), names]),
  )
  const national = new Set(days.keys())
  for (const date of national) {
    if (weekdayOf(date) === 0) days.set(substituteFor(date, national, year), names.substitute)
  }
  for (const date of national) {
    const [between, next] = [dayAfter(date, 1), dayAfter(date, 2)]
    const isFree = days.has(between) || (year < 2007 && weekdayOf(between) === 0)
    if (year >= 1986 && national.has(next) && !isFree) days.set(between, names.citizens)
  }
  return [...days]
    .map(([date, [name_ja, name_en]]) => ({ date, name_ja, name_en }))
    .sort((one, other) => (one.date < other.date ? -1 : 1))
}

/** Until 2006 the next day, since then the next that is no national holiday itself. */
function substituteFor(date: string, national: ReadonlySet<string>, year: number): string {
  let next = dayAfter(date, 1)
  while (year >= 2007 && national.has(next)) next = dayAfter(next, 1)
  return next
}

function monday(month: number, nth: number) {
  return (year: number): string => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
    const day = 1 + ((8 - first) % 7) + (nth - 1) * 7
    return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
  }
}

function moved(usual: (year: number) => string, dates: readonly string[]) {
  return (year: number) => dates.find((date) => date.startsWith(`${year}-`)) ?? usual(year)
}

/** The day of the month, for 1980 to 2099 (新こよみ便利帳, 海上保安庁水路部). */
function equinox(year: number, base: number): number {
  const since = year - 1980
  return Math.floor(base + 0.242194 * since) - Math.floor(since / 4)
}

function weekdayOf(date: string): number {
  return new Date(date).getUTCDay()
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The same, with where it comes from. */
export function holidaysIn(year: number) {
  return { year, source: '国民の祝日に関する法律', holidays: japaneseHolidays(year) }
}
