/**
 * `x` to the power of `y` by repeated squaring, as the original computes it. The host's `**` is as good, but differs in
 * the last digit of some results, which rendered text shows.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (x === -1 && Math.abs(y) === Infinity) return 1;
  // NaN, zeros and infinities: the host is exact.
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0) return x ** y;
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  let whole = Math.trunc(Math.abs(y));
  let fraction = Math.abs(y) - whole;
  if (fraction !== 0 && x < 0) return NaN;
  if (whole >= 2 ** 63) return x ** y; // 0, infinity or 1
  let result = 1;
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction--;
      whole++;
    }
    result = Math.exp(fraction * Math.log(x));
  }
  return scaledPower(result, x, whole, y < 0);
}

/** `result * x ** whole`, or one over it. Exponents are kept apart, so that nothing overflows before the end. */
function scaledPower(result: number, x: number, whole: number, inverse: boolean): number {
  let exponent = 0;
  let [square, squareExponent] = splitExponent(x);
  for (let rest = whole; rest > 0; rest = Math.floor(rest / 2)) {
    if (Math.abs(squareExponent) > 4096) {
      exponent += squareExponent; // far out of range, whatever follows
      break;
    }
    if (rest % 2 === 1) {
      result *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return inverse ? timesPowerOfTwo(1 / result, -exponent) : timesPowerOfTwo(result, exponent);
}

const bits = new DataView(new ArrayBuffer(8));

/** A number as a fraction from 0.5 up to 1 and a power of two. */
function splitExponent(x: number): [fraction: number, exponent: number] {
  const isSubnormal = Math.abs(x) < 2 ** -1022;
  bits.setFloat64(0, isSubnormal ? x * 2 ** 52 : x);
  const high = bits.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1022;
  bits.setUint32(0, (high & ~0x7ff00000) | 0x3fe00000);
  return [bits.getFloat64(0), exponent - (isSubnormal ? 52 : 0)];
}

/** In two steps, because the power alone may be out of range where the product is not. */
function timesPowerOfTwo(x: number, exponent: number): number {
  if (exponent > 1023) return exponent > 2100 ? x * Infinity : x * 2 ** 1023 * 2 ** Math.min(exponent - 1023, 1023);
  if (exponent < -1022) return exponent < -2200 ? x * 0 : x * 2 ** -1000 * 2 ** Math.max(exponent + 1000, -1074);
  return x * 2 ** exponent;
}
