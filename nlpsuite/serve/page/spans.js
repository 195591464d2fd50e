/** Pieces of a text. Offsets count code points, as the server does, not the UTF-16 units of JavaScript's strings. */

/** The spans as a tree: a span lies inside the one that holds it; one that crosses another's end is cut there. */
export function nested(spans, length) {
  const rest = spans
    .map((span) => ({ span, start: Math.max(0, span.start), end: Math.min(length, span.end), cut: false }))
    .filter((piece) => piece.start < piece.end)
    .sort(inOrder);
  const root = { start: 0, end: length, inner: [] };
  const open = [root];
  for (let at = 0; at < rest.length; at += 1) {
    const piece = rest[at];
    while (open.length > 1 && open.at(-1).end <= piece.start) open.pop();
    const outer = open.at(-1);
    if (piece.end > outer.end) {
      insert(rest, at + 1, { ...piece, start: outer.end, cut: true });
      piece.end = outer.end;
    }
    piece.inner = [];
    outer.inner.push(piece);
    open.push(piece);
  }
  return root.inner;
}

const inOrder = (one, other) => one.start - other.start || other.end - one.end;

function insert(pieces, from, piece) {
  let at = from;
  while (at < pieces.length && inOrder(pieces[at], piece) <= 0) at += 1;
  pieces.splice(at, 0, piece);
}

/** Whether any two of the spans share a character. */
export function overlap(spans) {
  const sorted = [...spans].sort(inOrder);
  let end = 0;
  return sorted.some((span) => {
    const shared = span.start < end;
    end = Math.max(end, span.end);
    return shared;
  });
}

/** Fills `box` with the text; `mark` makes the element of one piece. */
export function fill(box, text, spans, mark) {
  const points = Array.from(text);
  const write = (node, pieces, from, to) => {
    let at = from;
    for (const piece of pieces) {
      if (piece.start > at) node.append(points.slice(at, piece.start).join(""));
      const marked = mark(piece.span, piece.cut);
      write(marked, piece.inner, piece.start, piece.end);
      node.append(marked);
      at = piece.end;
    }
    if (to > at) node.append(points.slice(at, to).join(""));
  };
  write(box, nested(spans, points.length), 0, points.length);
}

/** How many code points a text has, without an array of them. */
export function length(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
