package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;

/**
 * Tokens that continue a sequence in the cache, for scoring.
 *
 * @param slot the slot of the sequence
 * @param length the number of the sequence's tokens that are read
 * @param tokens the tokens that follow; each but the first is scored. At least two.
 */
@API(status = API.Status.INTERNAL)
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Continuation(int slot, int length, int[] tokens) {}
