// SPDX-License-Identifier: Apache-2.0

/** The lines of a text; the last is empty where the text ends with a line break. */
export const linesOf = (text) => text.split("\n");

/**
 * Where two lists of lines differ: `[{from, to, start, end}]`, lines `from..<to` of the old have become `start..<end` of the new, in order.
 * - Source: Myers, An O(ND) Difference Algorithm, 1986. Texts with more than `most` differences count as wholly different.
 */
export function changes(old, now, most = 1500) {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let [oldEnd, nowEnd] = [old.length, now.length];
  while (oldEnd > head && nowEnd > head && old[oldEnd - 1] === now[nowEnd - 1]) [oldEnd, nowEnd] = [oldEnd - 1, nowEnd - 1];
  if (head === oldEnd && head === nowEnd) return [];
  const [n, m] = [oldEnd - head, nowEnd - head];
  const trail = search(old, now, head, n, m, most);
  if (!trail) return [{ from: head, to: oldEnd, start: head, end: nowEnd }];
  return regions(trail, head, n, m);
}

/** Whether the best path to diagonal `k` comes by an added line, from the diagonal above. */
const isDown = (reach, middle, k, d) => k === -d || (k !== d && reach[middle + k - 1] < reach[middle + k + 1]);

/** How far the paths got on each diagonal, before each number of differences, up to the end; null if that is too far. */
function search(old, now, head, n, m, most) {
  const bound = Math.min(n + m, most);
  const middle = bound + 1;
  const reach = new Int32Array(2 * bound + 3);
  const trail = [];
  for (let d = 0; d <= bound; d += 1) {
    trail.push({ reach: reach.slice(middle - d - 1, middle + d + 2), middle: d + 1 });
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(reach, middle, k, d) ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
      while (x < n && x - k < m && old[head + x] === now[head + x - k]) x += 1;
      reach[middle + k] = x;
      if (x >= n && x - k >= m) return trail;
    }
  }
  return null;
}

/** Walks the paths back and joins neighbouring differences. */
function regions(trail, head, n, m) {
  const found = [];
  let [x, y] = [n, m];
  for (let d = trail.length - 1; d > 0; d -= 1) {
    const { reach, middle } = trail[d];
    const k = x - y;
    const down = isDown(reach, middle, k, d);
    const above = down ? k + 1 : k - 1;
    const oldX = reach[middle + above];
    const oldY = oldX - above;
    // Back over the equal lines, to just after the one that differs.
    while (x > oldX + (down ? 0 : 1) && y > oldY + (down ? 1 : 0)) [x, y] = [x - 1, y - 1];
    const last = found[0];
    const step = { from: head + oldX, to: head + x, start: head + oldY, end: head + y };
    if (last && last.from === step.to && last.start === step.end) [last.from, last.start] = [step.from, step.start];
    else found.unshift(step);
    [x, y] = [oldX, oldY];
  }
  return found;
}

/** What differs with some lines around it: `[[{kind: "same"|"old"|"new", text, old?, now?}]]`, line numbers from 1. */
export function hunks(oldText, nowText, around = 3) {
  const [old, now] = [linesOf(oldText), linesOf(nowText)];
  const all = [];
  let open = null;
  let at = 0;
  const same = (from, to, shift) => {
    for (let i = from; i < to; i += 1) open.push({ kind: "same", text: old[i], old: i + 1, now: i + 1 + shift });
  };
  for (const change of changes(old, now)) {
    const shift = change.start - change.from;
    if (open && change.from - at <= around * 2) same(at, change.from, shift);
    else {
      if (open) same(at, Math.min(at + around, old.length), open.shift);
      open = [];
      all.push(open);
      same(Math.max(at, change.from - around), change.from, shift);
    }
    for (let i = change.from; i < change.to; i += 1) open.push({ kind: "old", text: old[i], old: i + 1 });
    for (let i = change.start; i < change.end; i += 1) open.push({ kind: "new", text: now[i], now: i + 1 });
    at = change.to;
    open.shift = change.end - change.to;
  }
  if (open) same(at, Math.min(at + around, old.length), open.shift);
  return all;
}

/**
 * Both changes of a text in one. Where they meet and differ, both stand between marks, as version control writes them.
 * @returns `{text, conflicts}`: how many places somebody must decide.
 */
export function merge(base, mine, theirs, names = { mine: "mine", theirs: "theirs" }) {
  const [o, a, b] = [base, mine, theirs].map(linesOf);
  const [left, right] = [changes(o, a), changes(o, b)];
  const out = [];
  let [at, i, j, shiftA, shiftB, conflicts] = [0, 0, 0, 0, 0, 0];
  const grown = (change) => change.end - change.start - (change.to - change.from);
  while (i < left.length || j < right.length) {
    const start = Math.min(left[i]?.from ?? Infinity, right[j]?.from ?? Infinity);
    out.push(...o.slice(at, start));
    let end = start;
    let [nextA, nextB, hasA, hasB] = [shiftA, shiftB, false, false];
    for (;;) {
      if (left[i] && left[i].from <= end) {
        [end, nextA, hasA] = [Math.max(end, left[i].to), nextA + grown(left[i]), true];
        i += 1;
      } else if (right[j] && right[j].from <= end) {
        [end, nextB, hasB] = [Math.max(end, right[j].to), nextB + grown(right[j]), true];
        j += 1;
      } else break;
    }
    const ours = a.slice(start + shiftA, end + nextA);
    const others = b.slice(start + shiftB, end + nextB);
    if (!hasB || ours.join("\n") === others.join("\n")) out.push(...ours);
    else if (!hasA) out.push(...others);
    else {
      out.push(`<<<<<<< ${names.mine}`, ...ours, "=======", ...others, `>>>>>>> ${names.theirs}`);
      conflicts += 1;
    }
    [at, shiftA, shiftB] = [end, nextA, nextB];
  }
  out.push(...o.slice(at));
  return { text: out.join("\n"), conflicts };
}
