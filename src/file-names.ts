import { invalid } from './failure.ts'

const maxLength = 255

/** Marks that turn the direction of text: `fdp.exe` can be made to look like `exe.pdf`. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * What a file is called, as its sender says: the last part of a path, composed (NFC), without marks
 * of direction and without the spaces and dots that Windows leaves off at the end. A name that
 * climbs (`../`), has control characters, nothing in it or too much of it is refused.
 */
export function nameOf(sent: string, field = 'file'): string {
  const parts = sent
    .normalize('NFC')
    .replace(/\p{Cs}/gu, '\ufffd')
    .split(/[/\\]/)
  const name = (parts.at(-1) ?? '')
    .replace(directions, '')
    .trim()
    .replace(/[. ]+$/, '')
  if (/\p{Cc}/u.test(sent) || parts.includes('..') || name === '') {
    throw invalid({ field, rule: 'file_name' })
  }
  if (name.length > maxLength) {
    throw invalid({ field, rule: 'file_name_length', limit: maxLength })
  }
  return name
}

/** RFC 6266: the name in ASCII for what is old, and as it is (RFC 8187) for everything else. */
export function dispositionOf(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
