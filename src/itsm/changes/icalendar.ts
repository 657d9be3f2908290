export type CalendarEvent = {
  /** The same for the same thing, whenever it is asked for. */
  uid: string
  /** When it was last changed. */
  stamp: string
  /** Counts its changes. */
  sequence: number
  /** Half-open, in UTC. */
  start: string
  end: string
  summary: string
  description: string
  status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'
  categories: readonly string[]
  /** Whether it makes busy who has it in a calendar. */
  takesTime: boolean
}

/** Events as a calendar in iCalendar (RFC 5545), all times in UTC. The same events give the same text. */
export function toICalendar(name: string, events: readonly CalendarEvent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kaname//Change calendar//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escaped(name)}`,
    ...events.flatMap(linesOf),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

function linesOf(event: CalendarEvent): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(event.uid)}`,
    `DTSTAMP:${basic(event.stamp)}`,
    `LAST-MODIFIED:${basic(event.stamp)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTART:${basic(event.start)}`,
    `DTEND:${basic(event.end)}`,
    `SUMMARY:${escaped(event.summary)}`,
    ...(event.description ? [`DESCRIPTION:${escaped(event.description)}`] : []),
    `STATUS:${event.status}`,
    `CATEGORIES:${event.categories.map(escaped).join(',')}`,
    `TRANSP:${event.takesTime ? 'OPAQUE' : 'TRANSPARENT'}`,
    'END:VEVENT',
  ]
}

/** `20261201T110000Z`: iCalendar knows no fractions of seconds. */
function basic(time: string): string {
  return `${time.slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** A text value (3.3.11); of control characters only line breaks and tabs may stand in one. */
function escaped(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is not allowed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .replace(/[\\;,]/g, '\\$&')
      .replace(/\n/g, '\\n')
  )
}

/** Lines of 75 octets at most (3.1), none of which cuts a character in two. */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let size = 0
  for (const character of line) {
    const octets = Buffer.byteLength(character)
    if (size + octets > 75) {
      parts.push(part)
      part = ' '
      size = 1
    }
    part += character
    size += octets
  }
  return [...parts, part].join('\r\n')
}
