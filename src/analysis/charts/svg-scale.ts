import { shownNumber } from '../../svg-text.ts'

/** Numbers along an axis. */
export type Scale = {
  ticks: number[]
  /** From 0 at the smallest to 1 at the largest. */
  at: (value: number) => number
  label: (tick: number) => string
}

/** About how many ticks there are. */
const wantedTicks = 5

/** Beyond these the arithmetic of ticks itself would overflow or vanish. */
const [hugest, tiniest] = [1e300, 1e-290]

/** A scale with round ticks over these numbers, and over 0 where `hasZero`. */
export function scaleOf(values: readonly number[], hasZero: boolean): Scale {
  let [min, max] = hasZero ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    const held = Math.max(-hugest, Math.min(hugest, value))
    if (held < min) min = held
    if (held > max) max = held
  }
  if (!(max - min > tiniest)) [min, max] = widened(Number.isFinite(min) ? min : 0)
  const step = stepOf((max - min) / wantedTicks)
  const [first, last] = [Math.floor(min / step), Math.ceil(max / step)]
  const count = Math.round(last - first)
  const ticks = Array.from({ length: count + 1 }, (_, n) => tidy((first + n) * step))
  const [low, high] = [ticks[0] as number, ticks.at(-1) as number]
  const size = Math.max(Math.abs(low), Math.abs(high))
  return {
    ticks,
    at: (value) => Math.max(0, Math.min(1, (value - low) / (high - low))),
    label: labelOf(ticks, size, step),
  }
}

/** Some room around a number that stands alone. */
function widened(value: number): [number, number] {
  const room = Math.abs(value) > tiniest ? Math.abs(value) / 2 : 1
  return [Math.min(value - room, value), value + room]
}

/** 1, 2 or 5 times a power of ten. */
function stepOf(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size))
  const times = [1, 2, 5].find((each) => each * power >= size * 0.9999) ?? 10
  return times * power
}

const tidy = (value: number): number => Number(value.toPrecision(15))

const units = [
  { least: 1e12, unit: 1e12, name: '兆' },
  { least: 1e8, unit: 1e8, name: '億' },
  { least: 1e5, unit: 1e4, name: '万' },
] as const

type Unit = { unit: number; name: string }

const plain: Unit = { unit: 1, name: '' }

/** What ticks are called: in few digits where these tell them apart, else in as many as it needs. */
function labelOf(ticks: readonly number[], size: number, step: number): Scale['label'] {
  const unit = (size < 1e17 && units.find(({ least }) => size >= least)) || plain
  const short = (tick: number) => tickText(tick, unit)
  if (new Set(ticks.map(short)).size === ticks.length) return short
  const digits = digitsOf(step / unit.unit)
  return digits > 4 ? (tick) => exactText(tick, plain, step) : (tick) => exactText(tick, unit, step)
}

const digitsOf = (step: number): number => Math.max(0, Math.min(20, -Math.floor(Math.log10(step))))

/** With 万, 億 or 兆 where numbers are large: 2,500万. */
function tickText(tick: number, { unit, name }: Unit): string {
  return tick === 0 ? shownNumber(tick) : `${shownNumber(tidy(tick / unit))}${name}`
}

function exactText(tick: number, { unit, name }: Unit, step: number): string {
  const maximumFractionDigits = digitsOf(step / unit)
  const format = new Intl.NumberFormat('en-US', { maximumFractionDigits })
  return tick === 0 ? '0' : `${format.format(tidy(tick / unit))}${name}`
}
