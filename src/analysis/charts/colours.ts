/**
 * Found from those of Okabe & Ito (2008): each has a contrast of 3 or more to white (WCAG 2.2), and any two
 * differ for people who lack one kind of cones (as Machado et al. 2009 simulate it) by 8 or more of 100 in
 * Oklab, where two of the originals differ by 7.6.
 */
export const palette = [
  '#0072b2',
  '#ff4e00',
  '#009f52',
  '#a78aa4',
  '#a92200',
  '#0997ff',
  '#585858',
] as const

export const ink = '#1f2933'
export const muted = '#5b6470'
export const gridLine = '#dfe3e8'
export const fonts =
  "'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"

/** Of changes and totals in a waterfall that has no legend. */
export const changeColours = { more: '#0072b2', less: '#ff4e00', whole: '#585858' }

/** The colour of a series; past those of the palette they come again, darker, then lighter. */
export function colourOf(at: number): string {
  const colour = palette[at % palette.length] as string
  const round = Math.floor(at / palette.length) % 3
  return round === 0 ? colour : mixed(colour, round === 1 ? 0 : 255, 0.45)
}

/** Of changes and totals in one of several waterfalls. */
export function changeColoursOf(at: number) {
  const colour = colourOf(at)
  return { more: colour, less: mixed(colour, 255, 0.55), whole: mixed(colour, 0, 0.4) }
}

/** How a line is drawn: past the colours of the palette, otherwise. */
export const dashOf = (at: number): 'solid' | 'dash' | 'dot' =>
  (['solid', 'dash', 'dot'] as const)[Math.floor(at / palette.length) % 3] as 'solid'

/** Black or white: what can be read on a colour (WCAG 2.2, contrast ratio). */
export function readableOn(colour: string): string {
  return luminance(colour) > 0.183 ? '#000000' : '#ffffff'
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const channels = (colour: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

function mixed(colour: string, other: number, share: number): string {
  const parts = channels(colour).map((channel) =>
    Math.round(channel + (other - channel) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${parts.join('')}`
}
