// The cells of a map: one tab stop; arrow keys go to the nearest cell that way. `place` gives a cell's point on the picture.
export function walk(cells, place) {
  const stop = (here) => cells.forEach((cell) => cell.setAttribute("tabindex", cell === here ? 0 : -1));
  stop(cells[0]);
  const step = ([right, down]) => {
    const here = document.activeElement;
    const [x, y] = place(here);
    const far = (cell) => {
      const [dx, dy] = [place(cell)[0] - x, place(cell)[1] - y];
      const along = dx * right + dy * down;
      return along > 1 ? along + 2 * Math.abs(dx * down + dy * right) : Infinity;
    };
    cells.reduce((best, cell) => (far(cell) < far(best) ? cell : best), here).focus();
  };
  return { stop, step };
}
