/** One property of a component: its value as it stands there. */
export type Properties = Record<string, string>

/** Reads iCalendar by RFC 5545, on its own: lines are unfolded octet by octet, then split. */
export function parseCalendar(bytes: Buffer): { head: Properties; events: Properties[] } {
  const physical = bytes.toString('latin1').split('\r\n')
  if (physical.pop() !== '') throw new Error('The last line does not end.')
  const logical: string[] = []
  for (const line of physical) {
    if (line.length > 75) throw new Error(`A line has ${line.length} octets.`)
    if (/[\n\r]/.test(line)) throw new Error('A line break is not CRLF.')
    if (/^[ \t]/.test(line)) logical[logical.length - 1] += line.slice(1)
    else logical.push(line)
  }
  const head: Properties = {}
  const events: Properties[] = []
  let current = head
  for (const line of logical) {
    const text = Buffer.from(line, 'latin1').toString('utf8')
    const [, name = '', value = ''] = /^([A-Z-]+):(.*)$/s.exec(text) ?? []
    if (text === 'BEGIN:VEVENT') {
      current = {}
      events.push(current)
    } else if (text === 'END:VEVENT') current = head
    else if (name !== 'BEGIN' && name !== 'END') current[name] = value
  }
  return { head, events }
}

/** The text that a value stands for. */
export function textOf(value = ''): string {
  return value.replace(/\\([\\;,nN])/g, (_, each) => (/n/i.test(each) ? '\n' : each))
}
