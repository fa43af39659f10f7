package io.groundstream.images;

/**
 * The header of a scan (ITU-T T.81, B.2.3).
 *
 * @param components the scan's components in its order
 * @param first the first coefficient in zigzag order; the predictor if lossless
 * @param last the last coefficient in zigzag order
 * @param high the number of low bits that earlier scans omitted; 0 if there was no earlier scan
 * @param low the number of low bits that this scan omits; the point transform if lossless
 * @param dataStart the position of the entropy-coded data
 */
record JpegScan(
    JpegComponent[] components, int first, int last, int high, int low, int dataStart) {}
