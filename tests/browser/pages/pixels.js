/** How many pixels of a canvas have each of the colours, within a rectangle of it or all over. */
export function countColours(canvas, colours, { x = 0, y = 0, width, height } = {}) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')
  copy.drawImage(canvas, 0, 0)
  const { data } = copy.getImageData(x, y, width ?? canvas.width, height ?? canvas.height)
  return colours.map((colour) => {
    const wanted = channelsOf(colour)
    let count = 0
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((each, n) => Math.abs(data[at + n] - each) <= 3)) count += 1
    }
    return count
  })
}

function channelsOf(colour) {
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  return [...context.getImageData(0, 0, 1, 1).data]
}
