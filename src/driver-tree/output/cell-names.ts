/** The name of a column of a spreadsheet, counted from 0: A, B, … Z, AA. */
export function columnName(place: number): string {
  let name = ''
  for (let left = place + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name
  }
  return name
}

/** The name of a cell, by its row and column counted from 0: `B3`. */
export function cellName(row: number, column: number): string {
  return `${columnName(column)}${row + 1}`
}
