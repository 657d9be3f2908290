/** Persons of one age class by sex; an open-ended class is `85+`. */
export type AgeClass = { age_group: string; male: number; female: number }

/** The first age of `20-24` or `85+`. */
export function firstAgeOf(group: string): number {
  return Number.parseInt(group, 10)
}

export function isOpenEnded(group: string): boolean {
  return group.endsWith('+')
}

/** The lowest age at which one of the tables stops telling classes apart. */
export function lowestOpenAge(tables: readonly (readonly AgeClass[])[]): number {
  const open = tables.flatMap((table) =>
    table.filter(({ age_group }) => isOpenEnded(age_group)).map(({ age_group }) => age_group),
  )
  return Math.min(...open.map(firstAgeOf))
}

/** The same classes up to `openAge`, and all from there on as one; youngest first. */
export function closeAt(table: readonly AgeClass[], openAge: number): AgeClass[] {
  const classes = new Map<string, AgeClass>()
  for (const { age_group, male, female } of table) {
    const group = firstAgeOf(age_group) >= openAge ? `${openAge}+` : age_group
    const known = classes.get(group) ?? { age_group: group, male: 0, female: 0 }
    classes.set(group, {
      age_group: group,
      male: known.male + male,
      female: known.female + female,
    })
  }
  return [...classes.values()].sort((a, b) => firstAgeOf(a.age_group) - firstAgeOf(b.age_group))
}

/** The sum of several tables, whose open-ended classes may differ. */
export function addUpAges(tables: readonly (readonly AgeClass[])[]): AgeClass[] {
  return closeAt(tables.flat(), lowestOpenAge(tables))
}
