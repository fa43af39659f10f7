package io.groundstream.images;

/**
 * A scan's header (ITU-T T.81, B.2.3).
 *
 * @param components the components whose data units it holds, in its order
 * @param first the first coefficient in zigzag order; the predictor if lossless
 * @param last the last one
 * @param high how many low bits earlier scans left out; 0 if there was none
 * @param low how many low bits are left out still; the point transform if lossless
 * @param dataStart where its entropy-coded data begin
 */
record JpegScan(
    JpegComponent[] components, int first, int last, int high, int low, int dataStart) {}
