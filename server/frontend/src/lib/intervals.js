// Where pieces begin, in order, and a position in; the number of the piece that holds it out: −1 before the first.

export function pieceAt(starts, position) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
