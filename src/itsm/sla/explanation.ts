import type { Language } from '../../messages.ts'
import { openZone } from '../zones.ts'
import type { TargetClock } from './clock.ts'

const names = {
  response: { ja: '初回応答', en: 'the first response' },
  resolution: { ja: '解決', en: 'the resolution' },
} as const

/** A clock in words, with times as the zone of its calendar shows them. */
export function explain(
  name: 'response' | 'resolution',
  clock: TargetClock,
  zone: string,
  language: Language,
): string {
  const clocks = openZone(zone)
  const time = (instant: number | null) => {
    if (instant === null) return '—'
    const local = new Date((instant + clocks.offsetAt(instant)) * 1000)
    return local.toISOString().slice(0, 16).replace('T', ' ')
  }
  const texts = language === 'ja' ? japanese : english
  return texts(clock, names[name][language], time, zone)
}

type Texts = (
  clock: TargetClock,
  name: string,
  time: (instant: number | null) => string,
  zone: string,
) => string

const japanese: Texts = (clock, name, time, zone) => {
  const length = (seconds: number) => lengthOf(seconds, ['時間', '分', '秒'], '')
  const used = `${name}の目標は営業時間で ${length(clock.target_s)}、経過は ${length(clock.elapsed_s)} (${clock.percent} %)`
  const paused = clock.paused_s > 0 ? `、保留は ${length(clock.paused_s)}` : ''
  const ends: Record<TargetClock['state'], string> = {
    running: `期限は ${time(clock.due_at)} です`,
    paused: '保留中のため期限はありません',
    met: `${time(clock.met_at)} に期限内に達成しました`,
    breached:
      clock.met_at === null
        ? `${time(clock.breached_at)} に期限を過ぎました`
        : `期限 ${time(clock.breached_at)} を過ぎ、${time(clock.met_at)} に達成しました`,
    cancelled: '取り消されたため測りません',
  }
  return `${used}${paused}。${ends[clock.state]} (${zone})。`
}

const english: Texts = (clock, name, time, zone) => {
  const length = (seconds: number) => lengthOf(seconds, [' h', ' min', ' s'], ' ')
  const used = `The target for ${name} is ${length(clock.target_s)} of working time; ${length(clock.elapsed_s)} (${clock.percent} %) have run`
  const paused = clock.paused_s > 0 ? `, paused for ${length(clock.paused_s)}` : ''
  const ends: Record<TargetClock['state'], string> = {
    running: `It is due at ${time(clock.due_at)}`,
    paused: 'While it is pending it is not due',
    met: `It was met at ${time(clock.met_at)}`,
    breached:
      clock.met_at === null
        ? `It has been missed since ${time(clock.breached_at)}`
        : `It was due at ${time(clock.breached_at)} and reached at ${time(clock.met_at)}`,
    cancelled: 'It was cancelled and is not measured',
  }
  return `${used}${paused}. ${ends[clock.state]} (${zone}).`
}

function lengthOf(seconds: number, units: readonly [string, string, string], gap: string): string {
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  const said = parts.flatMap((count, n) => (count > 0 ? [`${count}${units[n]}`] : []))
  return said.join(gap) || `0${units[2]}`
}
