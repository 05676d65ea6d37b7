// Solves the puzzle before a sealed idea: finds the first number that, put behind the puzzle and a
// colon, gives a SHA-256 with so many zero bits in front. A worker, so that typing goes on meanwhile.
"use strict";
const K = new Int32Array(64), FIRST = new Int32Array(8), w = new Int32Array(64);
for (let n = 2, found = 0; found < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (found < 8) FIRST[found] = (Math.sqrt(n) % 1) * 2 ** 32;
  K[found++] = (Math.cbrt(n) % 1) * 2 ** 32;
}

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++) {
    const j = at + 4 * i;
    w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const one = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const two = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (((w[i - 16] + one) | 0) + ((w[i - 7] + two) | 0)) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const up = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (((((h + up) | 0) + (((e & f) ^ (~e & g)) | 0)) | 0) + ((K[i] + w[i]) | 0)) | 0;
    const down = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (down + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function solve(puzzle, bits) {
  const head = new TextEncoder().encode(`${puzzle}:`), whole = head.length - (head.length % 64);
  const begun = FIRST.slice(), state = new Int32Array(8), rest = head.length - whole;
  for (let at = 0; at < whole; at += 64) block(begun, head, at);
  const padded = new Uint8Array(128);
  for (let answer = 0; ; answer++) {
    const digits = String(answer), length = rest + digits.length, size = length + 9 > 64 ? 128 : 64;
    padded.fill(0);
    padded.set(head.subarray(whole));
    for (let i = 0; i < digits.length; i++) padded[rest + i] = digits.charCodeAt(i);
    padded[length] = 128;
    const told = (whole + length) * 8;
    padded[size - 2] = told >>> 8;
    padded[size - 1] = told;
    state.set(begun);
    for (let at = 0; at < size; at += 64) block(state, padded, at);
    if (Math.clz32(state[0]) >= bits) return digits; // no house asks for more than 32
  }
}
onmessage = (asked) => postMessage(solve(asked.data.puzzle, asked.data.bits));
