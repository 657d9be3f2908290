export type Finding = { line: number; rule: string; text: string }

/** What a secret looks like wherever it stands. */
const shapes: Record<string, RegExp> = {
  'a private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g,
  'a key of AWS': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  'a key of Google': /\bAIza[\w-]{35}/g,
  'a token of GitHub': /\b(?:gh[opsur]_\w{36,}|github_pat_\w{60,})/g,
  'a token of npm': /\bnpm_\w{36}\b/g,
  'a token of Slack': /\bxox[abeoprs]-[\w-]{10,}/g,
  'a key of a model': /\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}/g,
  'a JWT': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
  'an API token': /\bkaname_[\w-]{30,}/g,
  'a URL with a password':
    /\b[a-z][a-z\d+]*:\/\/[^\s:/@'"`$<>{}]*:(?!password@)[^\s:/@'"`$<>{}]+@[^\s'"`]+/g,
  'a placeholder of an example': /\bchange-?(?:this|me)\b|your-secret-key/g,
}

/** A name that says so, and behind it a text that nobody would think of. */
const assigned =
  /(?:secret|passw(?:or)?d|token|api_?key|private_?key|credential)\w*['"]?[ \t]*[:=][ \t]*['"`]?([\w+/=.~-]{20,})/gi

/** Every place of a text that looks like a secret. */
export function findSecrets(text: string): Finding[] {
  const found: Finding[] = []
  const add = (rule: string, index: number, match: string) => {
    found.push({ line: text.slice(0, index).split('\n').length, rule, text: match })
  }
  for (const [rule, pattern] of Object.entries(shapes)) {
    for (const match of text.matchAll(pattern)) add(rule, match.index, match[0])
  }
  for (const match of text.matchAll(assigned)) {
    const [, value = ''] = match
    if (bitsPerLetter(value) > 3.6 && /\d/.test(value) && /[a-z]/i.test(value)) {
      add('a random text', match.index, value)
    }
  }
  return found
}

/** Shannon's entropy: words have about three bits a letter, random base64 of this length over four. */
function bitsPerLetter(text: string): number {
  const counts = new Map<string, number>()
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length
    return sum - share * Math.log2(share)
  }, 0)
}
