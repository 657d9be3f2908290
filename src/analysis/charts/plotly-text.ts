const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' }

/** A text that Plotly shows as it is: neither as its markup nor, with MathJax at hand, as a formula. */
export const markup = (text: string): string =>
  text.replace(/[&<>$]/g, (mark) => entities[mark] as string)
