/**
 * A label as it is compared: NFKC (full-width letters become plain ones), trimmed, and any space within
 * it one space. Labels with the same key are one node.
 */
export function labelKeyOf(label: string): string {
  return label.normalize('NFKC').replace(/\s+/g, ' ').trim()
}
