const placeholder = '[appId]'

/** The longest text of e-Stat that goes into a message. */
const maxMessage = 300

/**
 * Takes a secret out of texts in every spelling it may come back in: as it is, in other case,
 * percent-encoded once or more often, as a JSON escape or as an HTML entity.
 */
export function redactor(secret: string): (text: string) => string {
  const whole = new RegExp([...secret].map(spellingsOf).join(''), 'giu')
  return (text) => (secret === '' ? text : text.replace(whole, placeholder))
}

/** A message of e-Stat fit for an error: without the secret, on one line, of bounded length. */
export function quote(text: string, redact: (text: string) => string): string {
  const line = redact(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return line.length > maxMessage ? `${line.slice(0, maxMessage - 1)}…` : line
}

function spellingsOf(letter: string): string {
  const code = letter.codePointAt(0) as number
  const percent = [...new TextEncoder().encode(letter)]
    .map((byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`)
    .join('')
  const escaped = letter
    .split('')
    .map((unit) => `\\\\+u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
  const entity = `&#(?:0*${code}|x0*${code.toString(16)});`
  const plain = letter.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
  const plus = letter === ' ' ? '|\\+' : ''
  return `(?:${plain}|${percent}|${escaped}|${entity}${plus})`
}
